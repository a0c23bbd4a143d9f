import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { spattenPresets } from "./presets.ts";
import {
  expectedPasses,
  filterCycles,
  harmonicNumber,
  selectionCycles,
  topKCycles,
} from "./top-k-latency.ts";

const parameters = spattenPresets[0]!.parameters;

test.each([
  [1024, 512, 268],
  [1024, 128, 208],
  [1024, 32, 184],
  [512, 64, 125],
  [256, 32, 77],
  [128, 64, 53],
  [64, 32, 37],
])("selecting %i → %i takes about the %i cycles that the official model averages", (n, k, mean) => {
  expect(Math.abs(selectionCycles(parameters, n, k) / mean - 1)).toBeLessThan(0.05);
});

test("the closed form is the mean of the clocked model within 3 %", () => {
  const random = createRandom(7);
  for (const [n, k] of [
    [1000, 200],
    [300, 30],
    [128, 64],
  ] as const) {
    let cycles = 0;
    const draws = 3000;
    for (let draw = 0; draw < draws; draw++) {
      let left = n;
      let target = k;
      for (;;) {
        cycles += Math.ceil(left / 16) + parameters.topKPassOverheadCycles;
        const rank = random.integer(left) + 1;
        if (rank === target) break;
        if (rank > target) left = rank - 1;
        else {
          target -= rank;
          left -= rank;
        }
      }
    }
    expect(Math.abs(selectionCycles(parameters, n, k) / (cycles / draws) - 1)).toBeLessThan(0.03);
  }
});

test("harmonic numbers: summed and by series agree where they meet", () => {
  let sum = 0;
  for (let n = 1; n <= 2000; n++) {
    sum += 1 / n;
    expect(harmonicNumber(n)).toBeCloseTo(sum, 11);
  }
});

test("the largest of n takes H_n pivots, and of one item a single pass", () => {
  expect(expectedPasses(100, 1)).toBeCloseTo(harmonicNumber(100), 12);
  expect(selectionCycles({ ...parameters, topKComparatorCount: 1 }, 1, 1)).toBeCloseTo(4, 12);
});

test("a top-k that keeps everything is passed by in one cycle", () => {
  expect(topKCycles(parameters, 64, 64)).toBe(1);
  expect(topKCycles(parameters, 64, 63)).toBe(
    selectionCycles(parameters, 64, 63) + filterCycles(parameters, 64),
  );
});

test("more comparators are never slower", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4096 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, part) => {
      const k = 1 + Math.floor(part * (n - 2));
      let before = Number.POSITIVE_INFINITY;
      for (const topKComparatorCount of [1, 2, 3, 8, 16, 17, 64]) {
        const cycles = topKCycles({ ...parameters, topKComparatorCount }, n, k);
        expect(cycles).toBeLessThanOrEqual(before);
        before = cycles;
      }
    }),
  );
});
