import { requireLength } from "../../base/require.ts";

/** How often a class is expected, predicted, and both at once. */
export interface ClassCounts {
  expectedCount: number;
  predictedCount: number;
  rightCount: number;
}

/** The counts of every class that is expected or predicted at least once. */
export function countClasses(
  predicted: readonly string[],
  expected: readonly string[],
): ReadonlyMap<string, Readonly<ClassCounts>> {
  requireLength(predicted.length, expected.length, "predicted classes");
  const counts = new Map<string, ClassCounts>();
  const countsOf = (label: string): ClassCounts => {
    const known = counts.get(label);
    if (known !== undefined) return known;
    const fresh = { expectedCount: 0, predictedCount: 0, rightCount: 0 };
    counts.set(label, fresh);
    return fresh;
  };
  for (const [row, label] of expected.entries()) {
    countsOf(label).expectedCount++;
    countsOf(predicted[row]!).predictedCount++;
    if (predicted[row] === label) countsOf(label).rightCount++;
  }
  return counts;
}
