import type { ProbabilityShape } from "./token-importance.ts";

/** Importance after one layer, token by token: Algorithm 2's formula as it is written. */
export function tokenImportanceReference(
  importance: readonly number[],
  probabilities: readonly number[],
  { heads, queries, keys }: ProbabilityShape,
): number[] {
  return importance.map((before, key) => {
    let sum = before;
    for (let head = 0; head < heads; head++) {
      for (let query = 0; query < queries; query++) {
        sum += probabilities[(head * queries + query) * keys + key]!;
      }
    }
    return sum;
  });
}
