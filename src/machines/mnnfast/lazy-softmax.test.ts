import { expect, it } from "vitest";
import { createRandom, type Random } from "../../base/random.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import { floatAttention } from "../spatten/datapath/float-attention.ts";
import { lazySoftmaxReference } from "./lazy-softmax.reference.ts";
import { lazySoftmaxQuery } from "./lazy-softmax.ts";
import type { MnnfastParameters } from "./parameters.ts";

type Mode = MnnfastParameters["zeroSkipping"]["mode"];
const DIMENSION = 8;

function drawFloats(random: Random): HeadFloatOperands {
  const keyCount = 1 + random.integer(60);
  const amplitude = 0.2 + 3 * random.next();
  const matrix = (rowCount: number) =>
    Float32Array.from({ length: rowCount * DIMENSION }, () => (2 * random.next() - 1) * amplitude);
  return { query: matrix(1), key: matrix(keyCount), value: matrix(keyCount) };
}

function run(floats: HeadFloatOperands, mode: Mode, probabilityThreshold: number, chunkKeyCount: number) {
  const zeroSkipping = { mode, probabilityThreshold, skippedRowsTakeCycles: true };
  return {
    found: lazySoftmaxQuery({ chunkKeyCount, zeroSkipping }, floats, DIMENSION, 0),
    expected: lazySoftmaxReference({ chunkKeyCount, zeroSkipping }, floats, DIMENSION, 0),
  };
}

function largestDifference(left: Float64Array, right: Float64Array): number {
  return left.reduce((most, value, d) => Math.max(most, Math.abs(value - right[d]!)), 0);
}

it("keeps the slow twin's rows and gives its output, in every mode, on 300 random inputs", () => {
  const random = createRandom(21);
  for (let count = 0; count < 300; count++) {
    const floats = drawFloats(random);
    const mode = (["off", "exact", "approximate"] as const)[count % 3]!;
    const { found, expected } = run(floats, mode, 0.2 * random.next(), 1 + random.integer(20));
    expect([...found.kept]).toEqual(expected.kept);
    expect(largestDifference(found.output, expected.output)).toBeLessThan(2e-6);
  }
});

it("without skipping, or with threshold 0, it is softmax attention to 1e-6 of the largest value", () => {
  const random = createRandom(22);
  for (let count = 0; count < 100; count++) {
    const floats = drawFloats(random);
    const rows = [...Array(floats.key.length / DIMENSION).keys()];
    const exact = floatAttention(floats, DIMENSION, 0, rows);
    const largest = floats.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const mode of ["off", "exact", "approximate"] as const) {
      const { found } = run(floats, mode, 0, 7);
      expect(largestDifference(found.output, exact)).toBeLessThan(1e-6 * largest);
    }
  }
});

it("the sum so far skips a part of what the whole sum skips, and what is lost is bounded by what is skipped", () => {
  const random = createRandom(23);
  let fewer = 0;
  for (let count = 0; count < 200; count++) {
    const floats = drawFloats(random);
    const exact = run(floats, "exact", 0.1, 8).found;
    const approximate = run(floats, "approximate", 0.1, 8).found;
    const all = run(floats, "off", 0, 8).found;
    const kept = new Set(approximate.kept);
    expect([...exact.kept].every((row) => kept.has(row))).toBe(true);
    expect(exact.kept.length).toBeLessThanOrEqual(10);
    if (kept.size > exact.kept.length) fewer++;
    const largest = floats.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const { weights, output } of [exact, approximate]) {
      const skipped = 1 - weights.reduce((sum, weight) => sum + weight, 0);
      expect(largestDifference(output, all.output)).toBeLessThanOrEqual(skipped * largest + 1e-12);
    }
  }
  expect(fewer).toBeGreaterThan(20);
});

it("refuses exponentials beyond 32-bit floats, since no maximum is subtracted", () => {
  const floats = (score: number) => ({
    query: Float32Array.of(score),
    key: Float32Array.of(1, 0.9),
    value: Float32Array.of(1, 2),
  });
  const zeroSkipping = { mode: "off" as const, probabilityThreshold: 0, skippedRowsTakeCycles: true };
  const compute = (score: number) => () =>
    lazySoftmaxQuery({ chunkKeyCount: 4, zeroSkipping }, floats(score), 1, 0);
  expect(compute(80)).not.toThrow();
  expect(compute(95)).toThrow("leave 32-bit floats");
  expect(compute(-120)).toThrow("MNNFast subtracts no maximum");
});
