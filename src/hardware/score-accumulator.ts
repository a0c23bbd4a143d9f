import * as z from "zod/mini";
import { SpattenError } from "../base/errors.ts";
import { requireInteger, requireLength } from "../base/require.ts";
import { parseWith } from "../base/schema.ts";
import { countUpTo } from "./parameter-ranges.ts";
import { createCounters } from "./unit-counters.ts";

/** A score accumulator (SpAtten Fig. 8, 1 for tokens and 12 for heads). The paper gives neither width nor rate. */
export const scoreAccumulatorParametersSchema = z.strictObject({
  /** Scores that it holds: tokens of the longest sentence, or heads. */
  scoreCount: z._default(countUpTo(1 << 20), 1024),
  /** Additions a cycle; 8 keep up with the softmax. */
  laneCount: z._default(countUpTo(4096), 8),
  /** Width of a score; it stays at the largest one instead of wrapping (assumption). */
  scoreBits: z._default(z.int().check(z.gte(2), z.lte(52)), 32),
});

export type ScoreAccumulatorParameters = z.infer<typeof scoreAccumulatorParametersSchema>;
type AccumulatorInput = z.input<typeof scoreAccumulatorParametersSchema>;

/** What both accumulators share: scores that only grow, and their counters. */
class ScoreMemory {
  readonly parameters: ScoreAccumulatorParameters;
  readonly counters = createCounters(
    ["accumulations", "reads", "writes", "saturations"] as const,
    [] as const,
  );
  readonly #scores: Float64Array;
  readonly #largest: number;

  constructor(parameters: AccumulatorInput, what: string) {
    this.parameters = parseWith(scoreAccumulatorParametersSchema, parameters, { what });
    this.#scores = new Float64Array(this.parameters.scoreCount);
    this.#largest = 2 ** this.parameters.scoreBits - 1;
  }

  requireRoom(count: number): void {
    if (count <= this.parameters.scoreCount) return;
    throw new SpattenError("workload", "more scores than the accumulator holds", {
      where: "scoreCount",
      got: String(count),
      expected: `at most ${this.parameters.scoreCount}`,
    });
  }

  add(place: number, addend: number): void {
    const sum = this.#scores[place]! + addend;
    if (sum > this.#largest) this.counters.events.saturations++;
    this.#scores[place] = Math.min(sum, this.#largest);
  }

  /** Cycles of so many additions, which read and write their scores once for each `scores` of them. */
  spend(additions: number, scores: number): number {
    const { events } = this.counters;
    const cycles = Math.ceil(additions / this.parameters.laneCount);
    events.accumulations += additions;
    events.reads += scores;
    events.writes += scores;
    this.counters.busyCycles += cycles;
    return cycles;
  }

  scores(count: number): Float64Array {
    return this.#scores.slice(0, count);
  }

  keep(places: ArrayLike<number>): void {
    const kept = Float64Array.from(places, (place) => this.#scores[place]!);
    this.#scores.fill(0);
    this.#scores.set(kept);
  }

  clear(): void {
    this.#scores.fill(0);
  }
}

/**
 * Token scores: adds each query's probabilities to those of its keys (SpAtten Algorithm 2). A score lies at its token's
 * place among the survivors, so that the lanes of a line always go to neighbouring places (assumption).
 */
export class TokenScoreAccumulator {
  readonly #memory: ScoreMemory;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: AccumulatorInput = {}) {
    this.#memory = new ScoreMemory(parameters, "token score accumulator");
  }

  get parameters(): ScoreAccumulatorParameters {
    return this.#memory.parameters;
  }

  get counters(): ScoreMemory["counters"] {
    return this.#memory.counters;
  }

  /** Adds the probability codes (keys) of one query; returns its cycles. @throws SpattenError `workload`. */
  accumulate(codes: ArrayLike<number>): number {
    this.#memory.requireRoom(codes.length);
    for (let key = 0; key < codes.length; key++) this.#memory.add(key, codes[key]!);
    return this.#memory.spend(codes.length, codes.length);
  }

  /** Scores of the first `count` places. */
  scores(count: number): Float64Array {
    return this.#memory.scores(count);
  }

  /** After a top-k: only these places stay, in this order; all others are gone. */
  keep(places: ArrayLike<number>): void {
    this.#memory.keep(places);
  }

  clear(): void {
    this.#memory.clear();
  }
}

/** Head scores: adds the absolute values of each output of a head (SpAtten Algorithm 2). A score lies at its head's id. */
export class HeadScoreAccumulator {
  readonly #memory: ScoreMemory;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: AccumulatorInput = {}) {
    this.#memory = new ScoreMemory({ scoreCount: 64, ...parameters }, "head score accumulator");
  }

  get parameters(): ScoreAccumulatorParameters {
    return this.#memory.parameters;
  }

  get counters(): ScoreMemory["counters"] {
    return this.#memory.counters;
  }

  /**
   * Adds one query's output (D) of a head, `outputStep` its value of code 1; returns its cycles.
   * @throws SpattenError `workload` for a head beyond the memory, `input` for an output that is not D whole numbers.
   */
  accumulate(head: number, outputs: ArrayLike<number>, headDimension: number, outputStep = 1): number {
    requireInteger(head, "head", 0);
    this.#memory.requireRoom(head + 1);
    requireLength(outputs.length, headDimension, "output");
    let sum = 0;
    for (let index = 0; index < headDimension; index++) sum += Math.abs(outputs[index]!);
    this.#memory.add(head, sum * outputStep);
    return this.#memory.spend(headDimension, 1);
  }

  /** Scores of the first `count` heads. */
  scores(count: number): Float64Array {
    return this.#memory.scores(count);
  }

  clear(): void {
    this.#memory.clear();
  }
}
