import type { Random } from "../../../base/random.ts";
import type { SpattenParameters } from "../parameters.ts";
import { filterCycles } from "../top-k-latency.ts";

/** What one run of a top-k engine takes. */
export interface TopKTime {
  readonly selectCycles: number;
  readonly filterCycles: number;
}

/**
 * Quick-select for the k-th largest of n distinct scores with random pivots (SpAtten Algorithm 3), pass by pass: a pass
 * over m items takes ceil(m / P) + overhead. Only the pivot's rank matters, and it is uniform, so no scores are drawn.
 */
export function drawTopKTime(parameters: SpattenParameters, n: number, k: number, random: Random): TopKTime {
  const { topKComparatorCount, topKPassOverheadCycles, pipeline } = parameters;
  if (k >= n) return { selectCycles: 0, filterCycles: pipeline.skippedTopKCycles };
  let selectCycles = 0;
  let remaining = n;
  let target = k;
  for (;;) {
    selectCycles += Math.ceil(remaining / topKComparatorCount) + topKPassOverheadCycles;
    const pivotRank = 1 + random.integer(remaining);
    if (pivotRank === target) break;
    if (pivotRank > target) remaining = pivotRank - 1;
    else {
      remaining -= pivotRank;
      target -= pivotRank;
    }
  }
  return { selectCycles, filterCycles: filterCycles(parameters, n) };
}
