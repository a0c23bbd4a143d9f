import { requireInteger } from "../../base/require.ts";

/** One stage of a sorting network: the two wires of each comparator, all of which work at once. */
export type SorterStage = readonly (readonly [first: number, second: number])[];

/**
 * Batcher's odd-even merge sorting network for any n (Knuth, TAOCP 5.2.2, algorithm M), stage by stage: the rival that
 * SpAtten section IV-B compares its top-k engine with. For n = 2^p it has p (p + 1) / 2 stages.
 * @throws SpattenError `input` for an n outside 1 to 65,536.
 */
export function batcherNetwork(n: number): readonly SorterStage[] {
  requireInteger(n, "n", 1, 65_536);
  const stages: SorterStage[] = [];
  const highest = 2 ** (Math.ceil(Math.log2(n)) - 1);
  for (let block = highest; block >= 1; block /= 2) {
    let offset = 0;
    let distance = block;
    for (let width = highest; ; width /= 2) {
      const stage: (readonly [number, number])[] = [];
      for (let wire = 0; wire + distance < n; wire++) {
        if ((wire & block) === offset) stage.push([wire, wire + distance]);
      }
      stages.push(stage);
      if (width === block) break;
      distance = width - block;
      offset = block;
    }
  }
  return stages;
}

/** What a sorter does for one array: every comparator once, whatever the data. */
export interface SorterRun {
  readonly stageCount: number;
  readonly comparisons: number;
  /** With so few comparators that they are shared by the network's: the busiest stage needs several cycles. */
  readonly cycles: number;
}

/** Cycles and comparisons of sorting n elements with a limited number of comparators, stage after stage. */
export function sorterRun(n: number, comparatorCount: number): SorterRun {
  requireInteger(comparatorCount, "comparators", 1);
  const stages = batcherNetwork(n);
  let comparisons = 0;
  let cycles = 0;
  for (const stage of stages) {
    comparisons += stage.length;
    cycles += Math.ceil(stage.length / comparatorCount);
  }
  return { stageCount: stages.length, comparisons, cycles };
}

/** The values in descending order, by the network. NaN is not supported. */
export function batcherSort(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values);
  if (sorted.length === 0) return sorted;
  for (const stage of batcherNetwork(sorted.length)) {
    for (const [first, second] of stage) {
      const [upper, lower] = [sorted[first]!, sorted[second]!];
      if (lower > upper) {
        sorted[first] = lower;
        sorted[second] = upper;
      }
    }
  }
  return sorted;
}
