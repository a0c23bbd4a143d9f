import { requireInteger, requireLength } from "../base/require.ts";

/** Sizes of the attention probabilities of one layer. */
export interface ProbabilityShape {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/**
 * Adds to each token's importance the attention that it received: the column sums over heads and queries, in float64.
 *
 * `importance` (keys), changed in place; `probabilities` (heads, queries, keys). SpAtten section III-A, Algorithm 2.
 * @throws SpattenError `input` when a length does not fit the shape.
 */
export function addTokenImportance(
  importance: Float64Array,
  probabilities: Float32Array,
  shape: ProbabilityShape,
): void {
  const { heads, queries, keys } = shape;
  requireInteger(heads, "heads");
  requireInteger(queries, "queries");
  requireInteger(keys, "keys");
  requireLength(importance.length, keys, "importance");
  requireLength(probabilities.length, heads * queries * keys, "probabilities");
  for (let start = 0; start < probabilities.length; start += keys) {
    for (let key = 0; key < keys; key++) importance[key]! += probabilities[start + key]!;
  }
}
