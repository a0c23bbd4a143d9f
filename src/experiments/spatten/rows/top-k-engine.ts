import {
  compareWithSorter,
  publishedSorterRatios,
} from "../../../hardware/top-k-engine/sorter-comparison.ts";
import type { Experiment } from "../../ledger/experiment.ts";
import { topKEngineRows } from "../published/top-k-engine.ts";
import { computed } from "./computed.ts";

/** As many comparators as the engine's two arrays have, and half and twice as many. */
const SORTER_COMPARATORS = { own: 32, others: [16, 64] } as const;
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

/** The top-k engine beside a full sorter. */
export const topKEngineExperiment: Experiment = {
  id: "top-k-engine",
  title: "The top-k engine against a sorter",
  source: publishedSorterRatios.source,
  published: topKEngineRows,
  ours: async () => {
    const { n, k } = publishedSorterRatios;
    const [own, ...others] = compareWithSorter({
      ...{ n, k, seeds: SEEDS },
      sorterComparatorCounts: [SORTER_COMPARATORS.own, ...SORTER_COMPARATORS.others],
    });
    const on = `engine of 2 × 16 comparators and sorter of ${SORTER_COMPARATORS.own}, ${n} random values, k = ${k}, mean of ${SEEDS.length} seeds`;
    const when = (count: number): string => `a sorter of ${count} comparators`;
    return {
      "top-k-engine-throughput": computed(own!.throughputRatio, on, [], {
        note: "comparators and pipelining of the sorter are not published",
        alternatives: others.map(({ sorterComparatorCount, throughputRatio }) => ({
          when: when(sorterComparatorCount),
          value: throughputRatio,
        })),
      }),
      "top-k-engine-power": computed(own!.comparisonRatio, `${on}; comparisons, at equal throughput`, [], {
        note: "comparisons alone: registers, FIFOs and shifters of neither are priced",
        alternatives: [own!, ...others].map(
          ({ sorterComparatorCount, comparisonRatio, throughputRatio }) => ({
            when: `each at its own pace, ${when(sorterComparatorCount)}`,
            value: comparisonRatio / throughputRatio,
          }),
        ),
      }),
    };
  },
};
