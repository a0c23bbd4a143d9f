import type * as z from "zod/mini";
import { EXPONENTIAL_REDUCTION_STEPS, EXPONENTIAL_SERIES_STEPS } from "../base/arithmetic/exponential.ts";
import { probabilityCodes } from "../base/arithmetic/probability-codes.ts";
import { parseWith } from "../base/schema.ts";
import { type SoftmaxParameters, softmaxParametersSchema } from "./softmax-parameters.ts";

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
    const codes = probabilityCodes(scores, scoreScale, this.parameters);
    const { events } = this;
    const count = scores.length;
    events.dequantizations += count;
    events.exponentialFusedMultiplyAdds += count * (EXPONENTIAL_SERIES_STEPS + EXPONENTIAL_REDUCTION_STEPS);
    events.accumulations += count;
    events.divisions += count;
    events.requantizations += count;
    return codes;
  }
}
