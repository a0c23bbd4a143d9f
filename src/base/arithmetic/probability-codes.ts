import { SpattenError } from "../errors.ts";
import { requireInteger } from "../require.ts";
import { exponentialTaylor5 } from "./exponential.ts";

/** How a softmax pipeline is built, as far as its numbers depend on it. */
export interface ProbabilityFormat {
  /** Lanes whose exponentials a tree adds, before lines are added one after the other. */
  readonly parallelism: number;
  /** Bits of a probability as an operand of prob·V: signed, so 1 is 2^(bits - 1) - 1 (assumption; the paper says 12). */
  readonly probabilityBits: number;
  /** Makes every score at most 0 before its exponential. */
  readonly subtractsMaximum: boolean;
}

/** Code of a probability of 1. */
export function largestProbabilityCode({
  probabilityBits,
}: Pick<ProbabilityFormat, "probabilityBits">): number {
  return 2 ** (probabilityBits - 1) - 1;
}

/**
 * Probability codes of one query as the softmax pipeline computes them, in float32 (SpAtten Fig. 12): scores times a
 * scale, Taylor exponential, sum, quotient, whole codes. `scores` (keys) are the integers of Q·K, `scoreScale` folds in
 * the scales of both operands and 1 / sqrt(D); returns (keys).
 * @throws SpattenError `input` without scores, or where the exponentials leave float32.
 */
export function probabilityCodes(
  scores: Float64Array,
  scoreScale: number,
  format: ProbabilityFormat,
): Int16Array {
  requireInteger(scores.length, "number of scores", 1);
  const scale = Math.fround(scoreScale);
  const scaled = Float32Array.from(scores, (score) => Math.fround(Math.fround(score) * scale));
  const shift = format.subtractsMaximum
    ? scaled.reduce((left, right) => Math.max(left, right), -Infinity)
    : 0;
  const exponentials = scaled.map((score) => exponentialTaylor5(Math.fround(score - shift)));
  const sum = sumOfLines(exponentials, format.parallelism);
  if (!(sum > 0 && sum < Infinity)) {
    throw new SpattenError("input", "the exponentials of a query leave the range of float32", {
      got: `a sum of ${sum}`,
      expected: "scores between -87 and 88",
      hint: "set subtractsMaximum, which the paper's pipeline does not have",
    });
  }
  const one = largestProbabilityCode(format);
  return Int16Array.from(exponentials, (exponential) => {
    const probability = Math.fround(exponential / sum);
    return Math.min(one, Math.round(Math.fround(probability * one)));
  });
}

function sumOfLines(exponentials: Float32Array, parallelism: number): number {
  let sum = 0;
  for (let start = 0; start < exponentials.length; start += parallelism) {
    sum = Math.fround(sum + treeSum(exponentials.subarray(start, start + parallelism)));
  }
  return sum;
}

/** Neighbours first, level by level, each sum rounded to float32; an odd one out goes up alone. */
function treeSum(lanes: Float32Array): number {
  const level = lanes.slice();
  for (let count = level.length; count > 1; count = Math.ceil(count / 2)) {
    for (let place = 0; 2 * place < count; place++) {
      const right = 2 * place + 1 < count ? level[2 * place + 1]! : 0;
      level[place] = level[2 * place]! + right;
    }
  }
  return level[0]!;
}
