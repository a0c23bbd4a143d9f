import { requireLength } from "../../base/require.ts";

/** Part of the rows whose predicted class is the expected one; NaN without rows. */
export function accuracyRatio(predicted: readonly string[], expected: readonly string[]): number {
  requireLength(predicted.length, expected.length, "predicted classes");
  return predicted.filter((label, row) => label === expected[row]).length / expected.length;
}
