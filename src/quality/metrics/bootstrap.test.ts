import { describe, expect, it } from "vitest";
import { finish } from "../../base/checkpoint.ts";
import { createRandom } from "../../base/random.ts";
import { pairedBootstrapSteps, usualBootstrap } from "./bootstrap.ts";

const meanOf = (scores: readonly number[]) => (rows: readonly number[]) =>
  rows.reduce((sum, row) => sum + scores[row]!, 0) / rows.length;
const random = createRandom(5);
const dense = Array.from({ length: 400 }, () => (random.next() < 0.8 ? 1 : 0));
const intervals = (pruned: readonly number[], seed = 0) =>
  finish(
    pairedBootstrapSteps({ dense: meanOf(dense), pruned: meanOf(pruned) }, dense.length, {
      ...usualBootstrap,
      seed,
    }),
  );

describe("bootstrap intervals", () => {
  it("are as wide as the binomial distribution says", () => {
    const { value, low, high } = intervals(dense).dense;
    expect(value).toBe(meanOf(dense)([...dense.keys()]));
    const halfWidth = 1.96 * Math.sqrt((value * (1 - value)) / dense.length);
    expect((high - low) / 2 / halfWidth).toBeGreaterThan(0.9);
    expect((high - low) / 2 / halfWidth).toBeLessThan(1.1);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });

  it("pair the rows: equal runs differ by nothing, one changed row by little", () => {
    expect(intervals(dense).difference).toEqual({ value: 0, low: 0, high: 0 });
    const changed = dense.map((score, row) => (row === 7 ? 1 - score : score));
    const { difference } = intervals(changed);
    expect(Math.abs(difference.value)).toBeCloseTo(1 / 400, 12);
    expect(difference.high - difference.low).toBeLessThan(0.01);
  });

  it("depend on the seed alone", () => {
    const half = dense.map((score, row) => (row % 2 === 0 ? score : 0));
    expect(intervals(half, 1)).toEqual(intervals(half, 1));
    expect(intervals(half, 1)).not.toEqual(intervals(half, 2));
  });
});
