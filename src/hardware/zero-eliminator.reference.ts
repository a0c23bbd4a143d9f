import type { Line } from "./zero-eliminator.ts";

/** The line without its empty lanes, filled up at the end: a filter. */
export function eliminateZerosReference<Item>(line: Line<Item>): Line<Item> {
  const kept = line.filter((item) => item !== undefined);
  return [...kept, ...new Array<undefined>(line.length - kept.length).fill(undefined)];
}

/** Items that leave in each cycle, for a line or nothing that enters in each: a filter, so many cycles later. */
export function delayedFilterReference<Item>(
  entering: readonly (Line<Item> | undefined)[],
  latencyCycles: number,
): (readonly Item[] | undefined)[] {
  return entering.map((_, cycle) => entering[cycle - latencyCycles]?.filter((item) => item !== undefined));
}
