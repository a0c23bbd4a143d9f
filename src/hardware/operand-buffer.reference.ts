/** What is asked of the buffer in a cycle: room for so many lines, and which matrix is released, by its ordinal. */
export interface BufferCycle {
  readonly lineCount: number | undefined;
  readonly released: number | undefined;
}

/**
 * The buffer as a row of lines with the ordinal of their owner: first line of each matrix that was asked for, -1 where it
 * was refused. Released matrices are freed oldest first; changes show in the next cycle.
 */
export function bufferReference(
  capacity: number,
  maximumAllocationCount: number,
  cycles: readonly BufferCycle[],
): readonly number[] {
  const owners = new Array<number | undefined>(capacity).fill(undefined);
  const released = new Set<number>();
  const live: number[] = [];
  const places: number[] = [];
  let tail = 0;
  for (const cycle of cycles) {
    const changes: (() => void)[] = [];
    if (cycle.lineCount !== undefined) {
      const lines = Array.from({ length: cycle.lineCount }, (_, line) => (tail + line) % capacity);
      const isFree = lines.every((line) => owners[line] === undefined);
      const isTaken = isFree && lines.length <= capacity && live.length < maximumAllocationCount;
      const ordinal = places.push(isTaken ? tail : -1) - 1;
      if (isTaken) {
        changes.push(() => {
          for (const line of lines) owners[line] = ordinal;
          live.push(ordinal);
          tail = (tail + lines.length) % capacity;
        });
      }
    }
    if (cycle.released !== undefined && live.includes(cycle.released)) released.add(cycle.released);
    while (live.length > 0 && released.has(live[0]!)) {
      const oldest = live.shift()!;
      for (const [line, owner] of owners.entries()) if (owner === oldest) owners[line] = undefined;
    }
    for (const change of changes) change();
  }
  return places;
}
