/** Names of counters that hold a maximum: what repeats leaves them as they are. */
const MAXIMUM = /Max/;

/** Counters, nested as they are, and `factor` times others of the same names, number by number. */
export function addCounters<T extends object>(one: T, other: T, factor: number): T {
  const added = other as Readonly<Record<string, unknown>>;
  const sums = Object.entries(one).map(([name, value]): [string, unknown] => {
    if (typeof value === "object") return [name, addCounters(value as object, added[name] as object, factor)];
    return [name, MAXIMUM.test(name) ? value : (value as number) + factor * (added[name] as number)];
  });
  return (Array.isArray(one) ? sums.map(([, sum]) => sum) : Object.fromEntries(sums)) as T;
}
