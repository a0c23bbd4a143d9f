import { mean } from "../../base/statistics.ts";
import { type ClassCounts, countClasses } from "./class-counts.ts";

/** Harmonic mean of precision and recall of one class; 0 where the class is neither expected nor predicted. */
export function binaryF1(
  predicted: readonly string[],
  expected: readonly string[],
  positive: string,
): number {
  const counts = countClasses(predicted, expected).get(positive);
  return counts === undefined ? 0 : f1Of(counts);
}

/** Mean of the F1 of every class that is expected or predicted, each with the same weight; NaN without rows. */
export function macroF1(predicted: readonly string[], expected: readonly string[]): number {
  return mean([...countClasses(predicted, expected).values()].map(f1Of));
}

function f1Of({ expectedCount, predictedCount, rightCount }: ClassCounts): number {
  return (2 * rightCount) / (expectedCount + predictedCount);
}
