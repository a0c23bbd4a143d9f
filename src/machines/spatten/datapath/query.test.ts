import { describe, expect, it } from "vitest";
import { createRandom } from "../../../base/random.ts";
import { loadOperands } from "../../../pruning/head-operands.ts";
import { needsLeastSignificantBits, progressiveProbabilities } from "../../../pruning/progressive.ts";
import { dequantize } from "../../../pruning/quantization.ts";
import { spattenPresets } from "../presets.ts";
import { drawMatrix } from "./head-samples.reference.ts";
import { computeOutput, computeProbabilities } from "./query.ts";
import { createUnits } from "./units.ts";

const dimension = 8;
const unitsWith = (lowBitsBelowProbability: number) =>
  createUnits(spattenPresets[0]!.parameters, { lowBitsBelowProbability, subtractsMaximum: false });

function drawOperands(seed: number, keyLsbBits = 4) {
  const random = createRandom(seed);
  const floats = {
    query: drawMatrix(random, 3 * dimension, 1.5),
    key: drawMatrix(random, 10 * dimension, 1.5),
    value: drawMatrix(random, 10 * dimension, 1),
  };
  return loadOperands(floats, { queryBits: 12, keyBits: 4, keyLsbBits, valueBits: 8 }, 12);
}

describe("the probabilities of a query", () => {
  it("are those of progressive quantization in floats, to a code, with the same decision", () => {
    let fetchedCount = 0;
    for (let seed = 0; seed < 100; seed++) {
      const operands = drawOperands(seed);
      const threshold = 0.25;
      const expected = progressiveProbabilities({
        query: dequantize(operands.query.codes.subarray(0, dimension), operands.query.step),
        keyCodes: operands.key.codes,
        keyScale: operands.key.step,
        leastSignificantBits: 4,
        threshold,
      });
      const found = computeProbabilities(unitsWith(threshold), operands, dimension, 0);
      // A probability within a code of the threshold may fall on either side.
      if (Math.abs(expected.coarseMaximumProbability - threshold) < 1 / 2047) continue;
      expect(found.needsLowBits).toBe(expected.refetched);
      if (found.needsLowBits) fetchedCount++;
      for (const [key, code] of found.codes.entries()) {
        expect(Math.abs(code / 2047 - expected.probabilities[key]!)).toBeLessThan(1 / 2047);
      }
    }
    expect(fetchedCount).toBeGreaterThan(10);
    expect(fetchedCount).toBeLessThan(90);
  });

  it("come from the bits that the caller asks for, whatever the unit decides", () => {
    const operands = drawOperands(5);
    const whole = {
      ...operands,
      key: { ...operands.key, codesWithoutLowBits: operands.key.codes, lowBits: 0 },
    };
    const never = computeProbabilities(unitsWith(1), operands, dimension, 1, () => false);
    const always = computeProbabilities(unitsWith(0), operands, dimension, 1, () => true);
    expect(never.needsLowBits).toBe(true);
    expect(always.needsLowBits).toBe(false);
    expect(always.codes).toEqual(computeProbabilities(unitsWith(0), whole, dimension, 1).codes);
    expect(never.codes).not.toEqual(always.codes);
    expect(needsLeastSignificantBits(always.codes, 2048)).toBe(true);
  });

  it("ask for no low bits where K has none", () => {
    expect(computeProbabilities(unitsWith(1), drawOperands(6, 0), dimension, 0).needsLowBits).toBe(false);
  });
});

describe("the output of a query", () => {
  const value = { codes: Int16Array.of(100, 0, 0, 40, -60, 8), step: 0.5 };
  const operands = { ...drawOperands(7), value };
  const probabilities = Int16Array.of(1023, 0, 1024);
  const outputStep = 0.25;

  it("is the sum of the values that the ranking keeps, rounded to steps of the output", () => {
    const output = computeOutput(unitsWith(0), operands, 2, probabilities, 2, outputStep);
    expect(output.ownKept).toEqual(Int32Array.of(0, 2));
    // (1023 × 100 - 1024 × 60) / 2047 × 0.5 / 0.25 = 39.9 and 1024 × 8 / 2047 × 2 = 8.004.
    expect(output.codes).toEqual(Int16Array.of(40, 8));
  });

  it("takes the values that it is given, and tells which it would have kept", () => {
    const output = computeOutput(
      unitsWith(0),
      operands,
      2,
      probabilities,
      2,
      outputStep,
      Int32Array.of(1, 2),
    );
    expect(output.ownKept).toEqual(Int32Array.of(0, 2));
    expect(output.codes).toEqual(Int16Array.of(-60, 8));
  });

  it("stays at the largest code, and is 0 where all values are", () => {
    const whole = Int16Array.of(2047, 0, 0);
    expect(computeOutput(unitsWith(0), operands, 2, whole, 3, 0.001).codes).toEqual(Int16Array.of(2047, 0));
    expect(computeOutput(unitsWith(0), operands, 2, whole, 3, 0).codes).toEqual(Int16Array.of(0, 0));
  });
});
