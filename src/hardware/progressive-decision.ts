import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { countUpTo, latencyCycles } from "./parameter-ranges.ts";
import { createCounters } from "./unit-counters.ts";

/** The progressive quantization module (SpAtten section III-D, Fig. 12); thresholds of 0.1 (paper) or 0.05 (releases). */
export const progressiveDecisionParametersSchema = z.strictObject({
  /** Lanes with a running maximum each: those of the softmax. */
  laneCount: z._default(countUpTo(4096), 8),
  /** Largest probability below which the low bits are fetched. */
  thresholdProbability: z._default(z.number().check(z.gte(0), z.lte(1)), 0.1),
  /** Code of a probability of 1: what the softmax hands on. */
  largestProbabilityCode: z._default(countUpTo(65_535), 2047),
  /** From a query's last line to the decision (official `bert.cpp`: 1). */
  decisionCycles: z._default(latencyCycles(), 1),
});

export type ProgressiveDecisionParameters = z.infer<typeof progressiveDecisionParametersSchema>;

/** What one query's probabilities say. */
export interface LowBitDecision {
  readonly largestCode: number;
  /** The low bits of K are to be fetched and the query computed again. */
  readonly needsLowBits: boolean;
}

/**
 * Decides query by query: each lane keeps its running maximum, compares it with the threshold, and a query needs its low
 * bits when no lane has reached it. A line a cycle; decided `decisionCycles` after the last one.
 */
export class ProgressiveDecision {
  readonly parameters: ProgressiveDecisionParameters;
  readonly counters = createCounters(
    ["maximumComparisons", "thresholdComparisons", "decisions", "refetches"] as const,
    [] as const,
  );
  /** Whole codes below this one are below the threshold. */
  readonly thresholdCode: number;
  readonly #laneMaxima: Int32Array;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof progressiveDecisionParametersSchema> = {}) {
    this.parameters = parseWith(progressiveDecisionParametersSchema, parameters, {
      what: "progressive quantization decision",
    });
    const { laneCount, thresholdProbability, largestProbabilityCode } = this.parameters;
    this.thresholdCode = Math.ceil(thresholdProbability * largestProbabilityCode);
    this.#laneMaxima = new Int32Array(laneCount);
  }

  /** One line of probability codes, at most a lane each. */
  pushLine(codes: ArrayLike<number>): void {
    const { laneCount } = this.parameters;
    const count = Math.min(codes.length, laneCount);
    for (let lane = 0; lane < count; lane++) {
      if (codes[lane]! > this.#laneMaxima[lane]!) this.#laneMaxima[lane] = codes[lane]!;
    }
    this.counters.events.maximumComparisons += count;
    this.counters.busyCycles++;
  }

  /** The query has ended: combines the lanes and clears them. */
  decide(): LowBitDecision {
    const { events } = this.counters;
    let largestCode = 0;
    let isReached = false;
    for (const maximum of this.#laneMaxima) {
      if (maximum >= this.thresholdCode) isReached = true;
      if (maximum > largestCode) largestCode = maximum;
    }
    this.#laneMaxima.fill(0);
    events.thresholdComparisons += this.parameters.laneCount;
    events.decisions++;
    if (!isReached) events.refetches++;
    return { largestCode, needsLowBits: !isReached };
  }

  /** The decision of a whole query: its codes (keys), line by line. */
  decideQuery(codes: Int16Array): LowBitDecision {
    const { laneCount } = this.parameters;
    for (let start = 0; start < codes.length; start += laneCount) {
      this.pushLine(codes.subarray(start, start + laneCount));
    }
    return this.decide();
  }
}

/** Cycles from a query's first line to its decision. */
export function decisionLatencyCycles(parameters: ProgressiveDecisionParameters, keyCount: number): number {
  return Math.ceil(keyCount / parameters.laneCount) + parameters.decisionCycles;
}
