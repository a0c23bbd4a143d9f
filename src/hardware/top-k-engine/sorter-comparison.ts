import type * as z from "zod/mini";
import { createRandom } from "../../base/random.ts";
import { requireInteger } from "../../base/require.ts";
import { sorterRun } from "./batcher-sorter.ts";
import type { topKEngineParametersSchema } from "./parameters.ts";
import { randomPivots } from "./pivots.ts";
import { TopKEngine } from "./top-k-engine.ts";

/** SpAtten section IV-B: against Batcher's sorter at length 1024, with the median as target, the engine's worst. */
export const publishedSorterRatios = {
  source: "SpAtten (HPCA 2021), section IV-B",
  n: 1024,
  k: 512,
  throughputRatio: 1.4,
  powerRatio: 3.5,
} as const;

/** One number of comparators of the sorter beside the engine; ratios above 1 are in the engine's favour. */
export interface SorterComparison {
  readonly sorterComparatorCount: number;
  readonly sorterCycles: number;
  readonly sorterComparisons: number;
  /** Means over the seeds: selection and filter. */
  readonly engineCycles: number;
  readonly engineComparisons: number;
  readonly throughputRatio: number;
  /** Of the comparisons done for one array, which the power of comparators follows at equal throughput. */
  readonly comparisonRatio: number;
}

/**
 * The engine beside Batcher's sorter, as computed, on random values and pivots. The paper states neither the sorter's
 * comparators nor its pipelining, so a row for each number asked for; nothing is tuned.
 * @throws SpattenError `input` for counts below 1, `config` for engine parameters out of range.
 */
export function compareWithSorter(options: {
  readonly n: number;
  readonly k: number;
  readonly seeds: readonly number[];
  readonly sorterComparatorCounts: readonly number[];
  readonly engine?: z.input<typeof topKEngineParametersSchema>;
}): readonly SorterComparison[] {
  const { n, k, seeds, sorterComparatorCounts } = options;
  requireInteger(seeds.length, "number of seeds", 1);
  const engine = new TopKEngine(options.engine ?? {});
  let cycles = 0;
  for (const seed of seeds) {
    const random = createRandom(seed);
    const values = Float64Array.from({ length: n }, () => random.next());
    const { selectCycles, filterCycles } = engine.run(values, k, randomPivots(random));
    cycles += selectCycles + filterCycles;
  }
  const engineCycles = cycles / seeds.length;
  const engineComparisons = engine.counters.events.comparisons / seeds.length;
  return sorterComparatorCounts.map((sorterComparatorCount) => {
    const sorter = sorterRun(n, sorterComparatorCount);
    return {
      sorterComparatorCount,
      sorterCycles: sorter.cycles,
      sorterComparisons: sorter.comparisons,
      engineCycles,
      engineComparisons,
      throughputRatio: sorter.cycles / engineCycles,
      comparisonRatio: sorter.comparisons / engineComparisons,
    };
  });
}
