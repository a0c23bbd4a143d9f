/** Mean rank by counting: one more than the smaller values, and half a place for each other equal one. */
export function meanRanksByCounting(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return smaller + (equal + 1) / 2;
  });
}
