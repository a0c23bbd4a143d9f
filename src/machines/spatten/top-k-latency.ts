import type { SpattenParameters } from "./parameters.ts";

const EULER_MASCHERONI = 0.5772156649015329;

/** The n-th harmonic number: summed below 32, by Euler's series (exact to 1e-13) from there on. */
export function harmonicNumber(n: number): number {
  if (n < 32) {
    let sum = 0;
    for (let term = 1; term <= n; term++) sum += 1 / term;
    return sum;
  }
  const square = n * n;
  return (
    Math.log(n) +
    EULER_MASCHERONI +
    1 / (2 * n) -
    1 / (12 * square) +
    1 / (120 * square * square) -
    1 / (252 * square * square * square)
  );
}

/** Comparisons that quick-select with random pivots is expected to make (D. Knuth, 1971). */
export function expectedComparisons(n: number, k: number): number {
  const remaining = n + 1 - k;
  const whole = (n + 1) * harmonicNumber(n) + n + 3;
  return 2 * (whole - (remaining + 2) * harmonicNumber(remaining) - (k + 2) * harmonicNumber(k));
}

/** Pivots that quick-select is expected to draw: one a pass. */
export function expectedPasses(n: number, k: number): number {
  return harmonicNumber(k) + harmonicNumber(n + 1 - k) - 1;
}

/** Items that are expected to go through the comparators: in each pass all that are left, the pivot too. */
export function expectedItems(n: number, k: number): number {
  return expectedComparisons(n, k) + expectedPasses(n, k);
}

/**
 * Expected cycles to find the k-th largest of n: a pass over n′ items takes ceil(n′/P) + overhead cycles (the
 * official latency model), and the ceiling costs (P − 1)/2P on average. Without the filter that follows.
 */
export function selectionCycles(parameters: SpattenParameters, n: number, k: number): number {
  const comparators = parameters.topKComparatorCount;
  const ceiling = (comparators - 1) / (2 * comparators);
  const passes = expectedPasses(n, k);
  return expectedItems(n, k) / comparators + passes * (parameters.topKPassOverheadCycles + ceiling);
}

/** Cycles to stream the buffered input again and keep what is at least the threshold. */
export function filterCycles(parameters: SpattenParameters, n: number): number {
  return Math.ceil(n / parameters.topKComparatorCount);
}

/** Expected cycles of a whole top-k, which may be a fraction; where all stay, the engine is passed by. */
export function topKCycles(parameters: SpattenParameters, n: number, k: number): number {
  if (k >= n) return parameters.pipeline.skippedTopKCycles;
  return selectionCycles(parameters, n, k) + filterCycles(parameters, n);
}
