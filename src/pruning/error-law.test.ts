import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmax } from "./softmax.ts";

/** Sum over all probabilities of what changes when the first score is moved by `distance`. */
function totalError(scores: readonly number[], distance: number): number {
  const before = softmax64(scores);
  const after = softmax64(scores.map((score, index) => (index === 0 ? score + distance : score)));
  return before.reduce((sum, probability, index) => sum + Math.abs(after[index]! - probability), 0);
}

/** As `softmax`, unrounded: what tends to a limit must not meet float32 on the way. */
function softmax64(scores: readonly number[]): number[] {
  const exponentials = scores.map((score) => Math.exp(score));
  const sum = exponentials.reduce((total, exponential) => total + exponential, 0);
  return exponentials.map((exponential) => exponential / sum);
}

const scoreLists = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 2, maxLength: 30 });

describe("the error that one perturbed score makes (SpAtten, section III-D)", () => {
  it("is at most half of what the score moved by", () => {
    const distances = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(scoreLists, distances, (scores, distance) => {
        expect(totalError(scores, distance)).toBeLessThanOrEqual(Math.abs(distance) / 2 + 1e-12);
      }),
    );
  });

  it("tends to 2 p (1 - p) times that", () => {
    fc.assert(
      fc.property(scoreLists, (scores) => {
        const probability = softmax64(scores)[0]!;
        const limit = 2 * probability * (1 - probability);
        const errorPerDistance = (distance: number) => totalError(scores, distance) / distance;
        expect(errorPerDistance(1e-5)).toBeCloseTo(limit, 4);
        const far = Math.abs(errorPerDistance(0.1) - limit);
        expect(Math.abs(errorPerDistance(0.001) - limit)).toBeLessThanOrEqual(far + 1e-9);
      }),
    );
  });

  it("is that of the engines' softmax, which rounds to float32", () => {
    fc.assert(
      fc.property(scoreLists, (scores) => {
        const rounded = softmax(Float64Array.from(scores));
        softmax64(scores).forEach((value, index) => void expect(rounded[index]).toBeCloseTo(value, 6));
      }),
    );
  });
});
