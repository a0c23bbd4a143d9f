import type { HeadFloatOperands } from "../../../pruning/head-operands.ts";
import { softmax } from "../../../pruning/softmax.ts";

/**
 * What the machine's output is compared with: attention of one query in floats, over all keys of the job and the values
 * that the query kept (places, ascending). Returns (D). SpAtten Algorithm 1.
 */
export function floatAttention(
  { query, key, value }: HeadFloatOperands,
  dimension: number,
  queryIndex: number,
  keptValues: ArrayLike<number>,
): Float64Array {
  const scores = new Float64Array(key.length / dimension);
  for (let row = 0; row < scores.length; row++) {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += query[queryIndex * dimension + d]! * key[row * dimension + d]!;
    scores[row] = sum / Math.sqrt(dimension);
  }
  const probabilities = softmax(scores);
  const output = new Float64Array(dimension);
  for (let place = 0; place < keptValues.length; place++) {
    const row = keptValues[place]!;
    for (let d = 0; d < dimension; d++) output[d]! += probabilities[row]! * value[row * dimension + d]!;
  }
  return output;
}
