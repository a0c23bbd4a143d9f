import { SpattenError } from "../base/errors.ts";
import { notANumber } from "../base/require.ts";

/**
 * Probabilities of one query: exp(score - largest) over their sum, in float64 and rounded once at the end.
 *
 * `scores` (keys), where -Infinity marks a masked key; returns (keys). SpAtten Algorithm 1.
 * @throws SpattenError `input` for a NaN or +Infinity (with its index), or when there is no unmasked key.
 */
export function softmax(scores: Float64Array | Float32Array): Float32Array {
  let largest = -Infinity;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index]!;
    if (Number.isNaN(score)) throw notANumber(index, "score");
    if (score > largest) largest = score;
  }
  if (!Number.isFinite(largest)) {
    throw new SpattenError("input", "a softmax needs a finite largest score", {
      got: largest === Infinity ? `Infinity at index ${scores.indexOf(Infinity)}` : "no unmasked key",
    });
  }
  const exponentials = new Float64Array(scores.length);
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const exponential = Math.exp(scores[index]! - largest);
    exponentials[index] = exponential;
    sum += exponential;
  }
  const probabilities = new Float32Array(scores.length);
  for (let index = 0; index < scores.length; index++) probabilities[index] = exponentials[index]! / sum;
  return probabilities;
}
