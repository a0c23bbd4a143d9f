import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { progressiveReference } from "./progressive.reference.ts";
import { needsLeastSignificantBits, progressiveProbabilities } from "./progressive.ts";
import { softmaxReference } from "./softmax.reference.ts";
import { softmax } from "./softmax.ts";

const inputs = fc
  .record({ keys: fc.integer({ min: 1, max: 8 }), dimension: fc.integer({ min: 1, max: 6 }) })
  .chain(({ keys, dimension }) =>
    fc.record({
      query: fc.float32Array({ minLength: dimension, maxLength: dimension, noNaN: true, min: -4, max: 4 }),
      keyCodes: fc.int16Array({
        minLength: keys * dimension,
        maxLength: keys * dimension,
        min: -2047,
        max: 2047,
      }),
      keyScale: fc.constantFrom(2 ** -9, 2 ** -11),
      leastSignificantBits: fc.integer({ min: 1, max: 8 }),
      threshold: fc.constantFrom(0, 0.05, 0.1, 0.5, 1),
    }),
  );

describe("progressive quantization", () => {
  it("equals the hardware's steps one by one", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { probabilities, ...decision } = progressiveProbabilities(input);
        const reference = progressiveReference(input);
        expect(decision.refetched).toBe(reference.refetched);
        expect(decision.coarseMaximumProbability).toBeCloseTo(reference.coarseMaximumProbability, 6);
        probabilities.forEach((probability, key) => {
          expect(Math.abs(probability - reference.probabilities[key]!)).toBeLessThan(1e-6);
        });
      }),
    );
  });

  it("fetches the low bits only where the probabilities are flat", () => {
    const flat = { query: Float32Array.of(1), keyCodes: Int16Array.of(16, 31), keyScale: 0.1 };
    const common = { leastSignificantBits: 4, scoreScale: 1 };
    const coarse = progressiveProbabilities({ ...flat, ...common, threshold: 0.5 });
    expect(coarse).toEqual({
      probabilities: Float32Array.of(0.5, 0.5),
      refetched: false,
      coarseMaximumProbability: 0.5,
    });
    const fine = progressiveProbabilities({ ...flat, ...common, threshold: 0.51 });
    expect(fine.refetched).toBe(true);
    expect(fine.coarseMaximumProbability).toBe(0.5);
    expect(fine.probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 6);
  });

  it("compares strictly, so that threshold 0 never fetches", () => {
    expect(needsLeastSignificantBits([0.1, 0.05], 0.1)).toBe(false);
    expect(needsLeastSignificantBits([0.09, 0.05], 0.1)).toBe(true);
    expect(needsLeastSignificantBits([0, 0], 0)).toBe(false);
    expect(() => needsLeastSignificantBits([0.5, Number.NaN], 0.1)).toThrow("probability 1 is not a number");
  });

  it("refuses keys that do not fit the query", () => {
    const input = { query: new Float32Array(2), keyCodes: new Int16Array(3), keyScale: 1 };
    expect(() => progressiveProbabilities({ ...input, leastSignificantBits: 4, threshold: 0.1 })).toThrow(
      "key codes has the wrong length",
    );
  });
});

describe("the error law behind it", () => {
  const rows = fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 1, maxLength: 8 });
  const totalError = (before: ArrayLike<number>, after: ArrayLike<number>): number =>
    Array.from(before).reduce((sum, probability, index) => sum + Math.abs(after[index]! - probability), 0);
  const raised = (scores: readonly number[], by: number): number[] => [scores[0]! + by, ...scores.slice(1)];

  it("bounds the total error of one score's error d by 2 tanh(d/4), at most d/2", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 1e-6, max: 8, noNaN: true }), (scores, by) => {
        const error = totalError(
          softmax(Float64Array.from(scores)),
          softmax(Float64Array.from(raised(scores, by))),
        );
        const bound = 2 * Math.tanh(by / 4);
        expect(bound).toBeLessThanOrEqual(by / 2);
        expect(error).toBeLessThanOrEqual(bound + scores.length * 2 ** -23);
      }),
    );
  });

  it("reaches that bound at two keys whose scores lie at -d/2 and 0", () => {
    for (const by of [0.1, 1, 4]) {
      const error = totalError(softmaxReference([-by / 2, 0]), softmaxReference([by / 2, 0]));
      expect(error).toBeCloseTo(2 * Math.tanh(by / 4), 12);
    }
  });

  it("tends to 2 p (1 - p) d for a small d", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 1e-4, max: 1e-3, noNaN: true }), (scores, by) => {
        const before = softmaxReference(scores);
        const error = totalError(before, softmaxReference(raised(scores, by)));
        // The next term of the series is p (1 - p) (1 - 2 p) d², at most 0.0963 d².
        expect(Math.abs(error - 2 * before[0]! * (1 - before[0]!) * by)).toBeLessThan(0.1 * by * by + 1e-12);
      }),
    );
  });
});
