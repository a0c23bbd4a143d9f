import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmaxReference } from "./softmax.reference.ts";
import { softmax } from "./softmax.ts";

const FLOAT32_STEP = 2 ** -24;

describe("softmax", () => {
  it("equals the textbook formula to float32's last bit", () => {
    const rows = fc.float64Array({ minLength: 1, maxLength: 20, noNaN: true, min: -50, max: 50 });
    fc.assert(
      fc.property(rows, (scores) => {
        const reference = softmaxReference([...scores]);
        softmax(scores).forEach((probability, index) => {
          expect(Math.abs(probability - reference[index]!)).toBeLessThanOrEqual(FLOAT32_STEP);
        });
      }),
    );
  });

  it("stands scores that overflow the textbook formula", () => {
    expect([...softmax(Float64Array.of(1e300, 1e300, -1e300))]).toEqual([0.5, 0.5, 0]);
  });

  it("gives a masked key nothing", () => {
    expect([...softmax(Float32Array.of(3, -Infinity))]).toEqual([1, 0]);
  });

  it("refuses what has no probabilities", () => {
    expect(() => softmax(Float64Array.of(0, Number.NaN))).toThrow("score 1 is not a number");
    expect(() => softmax(Float64Array.of(0, Infinity))).toThrow("Infinity at index 1");
    expect(() => softmax(Float64Array.of(-Infinity))).toThrow("no unmasked key");
    expect(() => softmax(new Float64Array(0))).toThrow("no unmasked key");
  });
});
