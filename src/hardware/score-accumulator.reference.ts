import { addHeadImportance } from "../pruning/head-importance.ts";
import { addTokenImportance } from "../pruning/token-importance.ts";

/** Token scores by pruning's column sums: `codes` (queries, keys) of one head. */
export function tokenScoresReference(codes: readonly ArrayLike<number>[], keyCount: number): Float64Array {
  const importance = new Float64Array(keyCount);
  const probabilities = Float32Array.from(codes.flatMap((query) => Array.from(query)));
  addTokenImportance(importance, probabilities, { heads: 1, queries: codes.length, keys: keyCount });
  return importance;
}

/** Head scores by pruning's sums of absolute values: `outputs` (heads, queries, dimension), flat. */
export function headScoresReference(
  outputs: ArrayLike<number>,
  shape: { readonly heads: number; readonly queries: number; readonly dimension: number },
): Float64Array {
  const importance = new Float64Array(shape.heads);
  addHeadImportance(importance, Float32Array.from(outputs), shape);
  return importance;
}
