import { requireComparable, requireInteger, requireLength } from "../base/require.ts";
import { softmax } from "./softmax.ts";

/** One query against the quantized keys of its head. */
export interface ProgressiveInput {
  /** The query as the datapath sees it, already through its own quantization: (dimension). */
  readonly query: Float32Array;
  /** Keys with all their bits, most and least significant: (keys, dimension). */
  readonly keyCodes: Int16Array;
  /** Value of key code 1. */
  readonly keyScale: number;
  /** How many low bits of each key code wait in DRAM. */
  readonly leastSignificantBits: number;
  /** Largest probability below which the low bits are fetched. */
  readonly threshold: number;
  /** Factor of each score; 1/√dimension unless given. */
  readonly scoreScale?: number | undefined;
}

/** The probabilities that go on, and whether the low bits were fetched for them. */
export interface ProgressiveResult {
  readonly probabilities: Float32Array;
  readonly refetched: boolean;
  /** Largest probability from the high bits alone: what the decision looked at. */
  readonly coarseMaximumProbability: number;
}

/**
 * Whether a query's probabilities are too flat for the high bits alone: their largest lies below the threshold. The
 * error that a score error d makes is about 2 p (1 - p) d in all, small where one probability is large.
 *
 * `probabilities` (keys). SpAtten section III-D. @throws SpattenError `input` for a NaN, with its index.
 */
export function needsLeastSignificantBits(probabilities: ArrayLike<number>, threshold: number): boolean {
  requireComparable(probabilities, "probability");
  for (let index = 0; index < probabilities.length; index++) {
    if (probabilities[index]! >= threshold) return false;
  }
  return true;
}

/**
 * One query's probabilities from the high bits of its keys and, where those are flat, once more from all bits.
 *
 * Missing low bits read as zero, as the paper concatenates them. Every code is then too low by half a step on average,
 * the same for all keys, which a softmax does not see. SpAtten section III-D; K only, as in the released traces.
 * @returns probabilities (keys). @throws SpattenError `input` when shapes do not fit or a score is not finite.
 */
export function progressiveProbabilities(input: ProgressiveInput): ProgressiveResult {
  const { query, keyCodes, leastSignificantBits } = input;
  requireInteger(query.length, "dimension", 1);
  requireInteger(leastSignificantBits, "least significant bits", 1, 8);
  const keyCount = Math.ceil(keyCodes.length / query.length);
  requireLength(keyCodes.length, keyCount * query.length, "key codes");
  const coarse = softmax(scoresOf(input, ~((1 << leastSignificantBits) - 1)));
  const refetched = needsLeastSignificantBits(coarse, input.threshold);
  return {
    probabilities: refetched ? softmax(scoresOf(input, -1)) : coarse,
    refetched,
    coarseMaximumProbability: coarse.reduce((most, value) => Math.max(most, value), 0),
  };
}

function scoresOf(input: ProgressiveInput, bitMask: number): Float64Array {
  const { query, keyCodes, keyScale } = input;
  const dimension = query.length;
  const factor = keyScale * (input.scoreScale ?? 1 / Math.sqrt(dimension));
  const scores = new Float64Array(keyCodes.length / dimension);
  for (let key = 0; key < scores.length; key++) {
    let sum = 0;
    const start = key * dimension;
    for (let index = 0; index < dimension; index++)
      sum += query[index]! * (keyCodes[start + index]! & bitMask);
    scores[key] = sum * factor;
  }
  return scores;
}
