import { countClasses } from "./class-counts.ts";

/**
 * Matthews correlation of classes, for any number of them (Gorodkin 2004, R_K; two classes give Matthews 1975); 0 where
 * all predictions, or all expectations, are one class.
 */
export function matthewsCorrelation(predicted: readonly string[], expected: readonly string[]): number {
  const rows = expected.length;
  let right = 0;
  let together = 0;
  let predictedSquares = 0;
  let expectedSquares = 0;
  for (const { expectedCount, predictedCount, rightCount } of countClasses(predicted, expected).values()) {
    right += rightCount;
    together += expectedCount * predictedCount;
    predictedSquares += predictedCount ** 2;
    expectedSquares += expectedCount ** 2;
  }
  const spread = (rows ** 2 - predictedSquares) * (rows ** 2 - expectedSquares);
  return spread === 0 ? 0 : (right * rows - together) / Math.sqrt(spread);
}
