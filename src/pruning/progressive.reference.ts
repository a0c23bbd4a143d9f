import type { ProgressiveInput, ProgressiveResult } from "./progressive.ts";
import { dequantize, joinBits, splitBits } from "./quantization.ts";
import { softmax } from "./softmax.ts";

/** The same through the pieces that the hardware has: bits apart in DRAM, joined, dequantized, multiplied. */
export function progressiveReference(input: ProgressiveInput): ProgressiveResult {
  const { query, keyScale, leastSignificantBits: bits } = input;
  const { mostSignificant, leastSignificant } = splitBits(input.keyCodes, bits);
  const probabilitiesOf = (low: Uint8Array): Float32Array => {
    const keys = dequantize(joinBits(mostSignificant, low, bits), keyScale);
    const scores = Array.from({ length: keys.length / query.length }, (_, key) =>
      query.reduce((sum, element, index) => sum + element * keys[key * query.length + index]!, 0),
    );
    return softmax(Float64Array.from(scores, (score) => score * (input.scoreScale ?? query.length ** -0.5)));
  };
  const coarse = probabilitiesOf(new Uint8Array(leastSignificant.length));
  const coarseMaximumProbability = Math.max(...coarse);
  if (coarseMaximumProbability >= input.threshold) {
    return { probabilities: coarse, refetched: false, coarseMaximumProbability };
  }
  return { probabilities: probabilitiesOf(leastSignificant), refetched: true, coarseMaximumProbability };
}
