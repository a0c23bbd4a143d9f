import type { Random } from "../../../base/random.ts";
import type { SpattenParameters } from "../parameters.ts";
import { filterCycles } from "../top-k-latency.ts";

/** What one run of a top-k engine takes. */
export interface TopKTime {
  readonly selectCycles: number;
  /** Items that its passes send through the comparators. */
  readonly itemCount: number;
  readonly filterCycles: number;
}

/**
 * Quick-select for the k-th largest of n distinct scores with random pivots (SpAtten Algorithm 3), pass by pass: a pass
 * over m items takes ceil(m / P) + overhead. Only the pivot's rank matters, and it is uniform, so no scores are drawn.
 */
export function drawTopKTime(parameters: SpattenParameters, n: number, k: number, random: Random): TopKTime {
  if (k >= n) return passedBy(parameters);
  let selectCycles = 0;
  let itemCount = 0;
  let remaining = n;
  let target = k;
  for (;;) {
    selectCycles += passCycles(parameters, remaining);
    itemCount += remaining;
    const pivotRank = 1 + random.integer(remaining);
    if (pivotRank === target) break;
    if (pivotRank > target) remaining = pivotRank - 1;
    else {
      remaining -= pivotRank;
      target -= pivotRank;
    }
  }
  return { selectCycles, itemCount, filterCycles: filterCycles(parameters, n) };
}

/** The same over given scores, where equal ones end the search early. */
export function topKTimeOf(
  parameters: SpattenParameters,
  scores: Float64Array,
  k: number,
  random: Random,
): TopKTime {
  if (k >= scores.length) return passedBy(parameters);
  let selectCycles = 0;
  let itemCount = 0;
  let remaining = scores;
  let target = k;
  for (;;) {
    selectCycles += passCycles(parameters, remaining.length);
    itemCount += remaining.length;
    const pivot = remaining[random.integer(remaining.length)]!;
    const larger = remaining.filter((score) => score > pivot);
    const smaller = remaining.filter((score) => score < pivot);
    const notSmallerCount = remaining.length - smaller.length;
    if (larger.length < target && target <= notSmallerCount) break;
    if (target <= larger.length) remaining = larger;
    else {
      remaining = smaller;
      target -= notSmallerCount;
    }
  }
  return { selectCycles, itemCount, filterCycles: filterCycles(parameters, scores.length) };
}

function passedBy({ pipeline }: SpattenParameters): TopKTime {
  return { selectCycles: 0, itemCount: 0, filterCycles: pipeline.skippedTopKCycles };
}

function passCycles(
  { topKComparatorCount, topKPassOverheadCycles }: SpattenParameters,
  count: number,
): number {
  return Math.ceil(count / topKComparatorCount) + topKPassOverheadCycles;
}
