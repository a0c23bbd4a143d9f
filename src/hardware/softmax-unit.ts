import type * as z from "zod/mini";
import { SpattenError } from "../base/errors.ts";
import { requireInteger } from "../base/require.ts";
import { parseWith } from "../base/schema.ts";
import { EXPONENTIAL_REDUCTION_STEPS, EXPONENTIAL_SERIES_STEPS, exponentialTaylor5 } from "./exponential.ts";
import {
  largestProbabilityCode,
  type SoftmaxParameters,
  softmaxParametersSchema,
} from "./softmax-parameters.ts";

/**
 * What the softmax computes, in float32 (SpAtten Fig. 12): scores times a scale, Taylor exponential, sum, quotient, and
 * probabilities as whole codes. The sum adds the lanes of a line as a tree and then the lines one after the other.
 */
export class SoftmaxUnit {
  readonly parameters: SoftmaxParameters;
  readonly events = {
    dequantizations: 0,
    exponentialFusedMultiplyAdds: 0,
    accumulations: 0,
    divisions: 0,
    requantizations: 0,
  };

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof softmaxParametersSchema> = {}) {
    this.parameters = parseWith(softmaxParametersSchema, parameters, { what: "softmax" });
  }

  /**
   * Probability codes of one query, of `largestProbabilityCode` each for 1: (keys). `scores` (keys) are the integers of
   * Q·K; `scoreScale` folds in the scales of both operands and 1 / sqrt(D).
   * @throws SpattenError `input` without scores, or where the exponentials leave float32.
   */
  probabilities(scores: Float64Array, scoreScale: number): Int16Array {
    const { parameters, events } = this;
    requireInteger(scores.length, "number of scores", 1);
    const scale = Math.fround(scoreScale);
    const scaled = Float32Array.from(scores, (score) => Math.fround(Math.fround(score) * scale));
    const shift = parameters.subtractsMaximum
      ? scaled.reduce((left, right) => Math.max(left, right), -Infinity)
      : 0;
    const exponentials = scaled.map((score) => exponentialTaylor5(Math.fround(score - shift)));
    const sum = this.#accumulate(exponentials);
    if (!(sum > 0 && sum < Infinity)) {
      throw new SpattenError("input", "the exponentials of a query leave the range of float32", {
        got: `a sum of ${sum}`,
        expected: "scores between -87 and 88",
        hint: "set subtractsMaximum, which the paper's pipeline does not have",
      });
    }
    const one = largestProbabilityCode(parameters);
    const codes = Int16Array.from(exponentials, (exponential) => {
      const probability = Math.fround(exponential / sum);
      return Math.min(one, Math.round(Math.fround(probability * one)));
    });
    const count = scores.length;
    events.dequantizations += count;
    events.exponentialFusedMultiplyAdds += count * (EXPONENTIAL_SERIES_STEPS + EXPONENTIAL_REDUCTION_STEPS);
    events.accumulations += count;
    events.divisions += count;
    events.requantizations += count;
    return codes;
  }

  #accumulate(exponentials: Float32Array): number {
    const { parallelism } = this.parameters;
    let sum = 0;
    for (let start = 0; start < exponentials.length; start += parallelism) {
      sum = Math.fround(sum + treeSum(exponentials.subarray(start, start + parallelism)));
    }
    return sum;
  }
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
