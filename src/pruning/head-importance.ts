import { requireInteger, requireLength } from "../base/require.ts";

/** Sizes of the attention outputs of one layer, before the output projection. */
export interface HeadOutputShape {
  readonly heads: number;
  readonly queries: number;
  readonly dimension: number;
}

/**
 * Adds to each head's importance the size of its output: the sum of absolute values over queries and dimensions.
 *
 * `importance` (heads), changed in place; `headOutputs` (heads, queries, dimension). SpAtten section III-B, Algorithm 2.
 * @throws SpattenError `input` when a length does not fit the shape.
 */
export function addHeadImportance(
  importance: Float64Array,
  headOutputs: Float32Array,
  shape: HeadOutputShape,
): void {
  const { heads, queries, dimension } = shape;
  requireInteger(heads, "heads");
  requireInteger(queries, "queries");
  requireInteger(dimension, "dimension");
  requireLength(importance.length, heads, "importance");
  requireLength(headOutputs.length, heads * queries * dimension, "head outputs");
  const elementsPerHead = queries * dimension;
  for (let head = 0; head < heads; head++) {
    let sum = importance[head]!;
    const end = (head + 1) * elementsPerHead;
    for (let index = head * elementsPerHead; index < end; index++) sum += Math.abs(headOutputs[index]!);
    importance[head] = sum;
  }
}
