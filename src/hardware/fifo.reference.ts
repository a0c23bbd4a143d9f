/** What both ends of a FIFO want in a cycle. */
export interface FifoCycle {
  readonly pushes: boolean;
  readonly pops: boolean;
}

/**
 * The FIFO as a list of items with the cycle of each push: of numbered pushes, the numbers popped in each cycle (or
 * undefined), where an attempt fails on a FIFO that was full, or empty, at the start of the cycle.
 */
export function fifoReference(depth: number, cycles: readonly FifoCycle[]): (number | undefined)[] {
  const held: { readonly item: number; readonly cycle: number }[] = [];
  let next = 0;
  return cycles.map(({ pushes, pops }, cycle) => {
    const atStart = held.filter((entry) => entry.cycle < cycle).length;
    const popped = pops && atStart > 0 ? held.shift()!.item : undefined;
    if (pushes && atStart < depth) held.push({ item: next++, cycle });
    return popped;
  });
}
