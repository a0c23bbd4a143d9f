import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { headScoresReference, tokenScoresReference } from "./score-accumulator.reference.ts";
import { HeadScoreAccumulator, TokenScoreAccumulator } from "./score-accumulator.ts";

describe("the token score accumulator", () => {
  it("equals pruning's column sums on 10,000 random heads, a line a cycle", () => {
    const random = createRandom(24);
    for (let run = 0; run < 10_000; run++) {
      const laneCount = 1 + random.integer(9);
      const unit = new TokenScoreAccumulator({ laneCount });
      const keyCount = 1 + random.integer(20);
      const queries = Array.from({ length: 1 + random.integer(5) }, () =>
        Int16Array.from({ length: keyCount }, () => random.integer(2048)),
      );
      let cycles = 0;
      for (const codes of queries) cycles += unit.accumulate(codes);
      const scores = unit.scores(keyCount);
      const expected = tokenScoresReference(queries, keyCount);
      if (scores.some((score, key) => score !== expected[key])) expect(scores).toEqual(expected);
      expect(cycles).toBe(queries.length * Math.ceil(keyCount / laneCount));
      expect(unit.counters.busyCycles).toBe(cycles);
    }
  });

  it("keeps what a top-k keeps, stays at its largest score, and refuses what it cannot hold", () => {
    const unit = new TokenScoreAccumulator({ scoreCount: 4, scoreBits: 5 });
    unit.accumulate([10, 20, 30, 4]);
    unit.accumulate([1, 2, 3, 4]);
    expect(unit.scores(4)).toEqual(Float64Array.of(11, 22, 31, 8));
    expect(unit.counters.events.saturations).toBe(1);
    unit.keep([1, 3]);
    expect(unit.scores(4)).toEqual(Float64Array.of(22, 8, 0, 0));
    unit.clear();
    expect(unit.scores(2)).toEqual(Float64Array.of(0, 0));
    expect(() => unit.accumulate(new Int16Array(5))).toThrow("scoreCount: more scores");
  });
});

describe("the head score accumulator", () => {
  it("equals pruning's sums of absolute values on 10,000 random layers", () => {
    const random = createRandom(25);
    for (let run = 0; run < 10_000; run++) {
      const shape = {
        heads: 1 + random.integer(4),
        queries: 1 + random.integer(3),
        dimension: 1 + random.integer(9),
      };
      const unit = new HeadScoreAccumulator();
      const count = shape.heads * shape.queries * shape.dimension;
      const outputs = Int16Array.from({ length: count }, () => random.integer(4001) - 2000);
      let cycles = 0;
      for (let row = 0; row < shape.heads * shape.queries; row++) {
        const output = outputs.subarray(row * shape.dimension, (row + 1) * shape.dimension);
        cycles += unit.accumulate(Math.floor(row / shape.queries), output, shape.dimension);
      }
      expect(unit.scores(shape.heads)).toEqual(headScoresReference(outputs, shape));
      expect(cycles).toBe(shape.heads * shape.queries * Math.ceil(shape.dimension / 8));
    }
  });

  it("refuses a head beyond its memory and an output of another length", () => {
    const unit = new HeadScoreAccumulator({ scoreCount: 2 });
    expect(() => unit.accumulate(2, [1], 1)).toThrow("got 3; expected at most 2");
    expect(() => unit.accumulate(0, [1], 2)).toThrow("output has the wrong length");
  });
});
