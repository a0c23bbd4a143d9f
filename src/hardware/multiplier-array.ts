import * as z from "zod/mini";
import { integerScores, integerWeightedSum } from "../base/arithmetic/integer-products.ts";
import { SpattenError } from "../base/errors.ts";
import { requireLength } from "../base/require.ts";
import { parseWith } from "../base/schema.ts";
import { countUpTo, latencyCycles } from "./parameter-ranges.ts";
import { createCounters } from "./unit-counters.ts";

/** One of the two matrix modules, Q·K or prob·V (SpAtten section IV-D, Table I); latencies of the official `bert.cpp`. */
export const multiplierArrayParametersSchema = z.strictObject({
  multiplierCount: z._default(countUpTo(1 << 20), 512),
  /** Scores that the softmax takes a cycle. */
  softmaxParallelism: z._default(countUpTo(4096), 8),
  operandBits: z._default(z.int().check(z.gte(2), z.lte(16)), 12),
  broadcastCycles: z._default(latencyCycles(), 1),
  multiplyCycles: z._default(latencyCycles(), 1),
  /** Of each level of the adder tree; Q·K passes all log2 of the multipliers, prob·V counts as one accumulation. */
  addCycles: z._default(latencyCycles(), 1),
});

export type MultiplierArrayParameters = z.infer<typeof multiplierArrayParametersSchema>;

/**
 * Rows of D elements that are multiplied at once: floor(M / D). A D that does not divide M leaves the last M mod D
 * multipliers without work: a row is never split over two cycles (assumption; the paper names powers of two only).
 * @throws SpattenError `config` where not even one row fits.
 */
export function rowsPerCycle(parameters: MultiplierArrayParameters, headDimension: number): number {
  const rows = Math.floor(parameters.multiplierCount / headDimension);
  if (rows >= 1) return rows;
  throw new SpattenError("config", "the multipliers of a module must cover one head", {
    where: "multiplierCount",
    got: `${parameters.multiplierCount} for heads of ${headDimension} elements`,
    expected: `at least ${headDimension}`,
  });
}

/** Scores a cycle: min(floor(M / D), softmax width). */
export function scoresPerCycle(parameters: MultiplierArrayParameters, headDimension: number): number {
  return Math.min(rowsPerCycle(parameters, headDimension), parameters.softmaxParallelism);
}

/** Cycles from a line of keys to its scores: broadcast, multiply, all levels of the tree (1 + 1 + 9). */
export function queryKeyLatencyCycles(parameters: MultiplierArrayParameters): number {
  const levels = Math.ceil(Math.log2(parameters.multiplierCount));
  return parameters.broadcastCycles + parameters.multiplyCycles + levels * parameters.addCycles;
}

/** Cycles from the last line of values to the output: broadcast, multiply, accumulate (1 + 1 + 1). */
export function probabilityValueLatencyCycles(parameters: MultiplierArrayParameters): number {
  return parameters.broadcastCycles + parameters.multiplyCycles + parameters.addCycles;
}

/** A product and the cycles in which its lines enter; a latency later the last result is there. */
export interface ArrayProduct {
  /** Exact integers: (rows) scores, or (D) outputs. */
  readonly results: Float64Array;
  readonly cycles: number;
}

/**
 * Integer dot products on M multipliers. Rows lie one behind the other in a line, from its first multiplier on.
 * Counters: multiplies and adds that matter, and multipliers that idle in a busy cycle.
 */
export class MultiplierArray {
  readonly parameters: MultiplierArrayParameters;
  readonly counters = createCounters(["multiplies", "adds", "idleMultipliers"] as const, [] as const);

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof multiplierArrayParametersSchema> = {}) {
    this.parameters = parseWith(multiplierArrayParametersSchema, parameters, { what: "multiplier array" });
  }

  /**
   * Scores of one query: the query (D) is broadcast to `scoresPerCycle` keys (keys, D) a cycle, whose products D-way trees
   * add. SpAtten Fig. 8, 7. @throws SpattenError `config` for a D beyond the multipliers, `input` for operands too wide.
   */
  queryKey(query: Int16Array, keys: Int16Array): ArrayProduct {
    const dimension = query.length;
    const scoreRate = scoresPerCycle(this.parameters, dimension);
    const keyCount = keys.length / dimension;
    requireLength(keys.length, Math.ceil(keyCount) * dimension, "keys");
    this.#requireOperands(query, "query");
    this.#requireOperands(keys, "key");
    const results = integerScores(query, keys);
    const cycles = Math.ceil(keyCount / scoreRate);
    this.#count(cycles, keyCount * dimension, keyCount * (dimension - 1));
    return { results, cycles };
  }

  /**
   * Output of one query (D): each probability (values) is broadcast to the D multipliers of its value (values, D), and D
   * trees of floor(M / D) ways add into D accumulators. SpAtten Fig. 8, 11. @throws SpattenError as `queryKey`.
   */
  probabilityValue(probabilities: Int16Array, values: Int16Array, headDimension: number): ArrayProduct {
    const rowRate = rowsPerCycle(this.parameters, headDimension);
    requireLength(values.length, probabilities.length * headDimension, "values");
    this.#requireOperands(probabilities, "probability");
    this.#requireOperands(values, "value");
    const results = integerWeightedSum(probabilities, values, headDimension);
    const cycles = Math.ceil(probabilities.length / rowRate);
    this.#count(cycles, values.length, values.length);
    return { results, cycles };
  }

  #count(cycles: number, multiplies: number, adds: number): void {
    const { counters, parameters } = this;
    counters.busyCycles += cycles;
    counters.events.multiplies += multiplies;
    counters.events.adds += adds;
    counters.events.idleMultipliers += cycles * parameters.multiplierCount - multiplies;
  }

  #requireOperands(codes: Int16Array, what: string): void {
    const largest = 2 ** (this.parameters.operandBits - 1) - 1;
    for (const [index, code] of codes.entries()) {
      if (code <= largest && code >= -largest - 1) continue;
      throw new SpattenError("input", `${what} element ${index} is wider than the multipliers`, {
        got: String(code),
        expected: `from ${-largest - 1} to ${largest}`,
      });
    }
  }
}
