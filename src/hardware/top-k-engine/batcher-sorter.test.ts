import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { oddEvenMergeSortReference } from "./batcher-sorter.reference.ts";
import { batcherNetwork, batcherSort, sorterRun } from "./batcher-sorter.ts";
import { compareWithSorter, publishedSorterRatios } from "./sorter-comparison.ts";

describe("Batcher's sorter", () => {
  it("sorts 10,000 random arrays of any length, ties included", () => {
    const random = createRandom(9);
    for (let run = 0; run < 10_000; run++) {
      const values = Array.from({ length: random.integer(34) }, () => random.integer(20));
      const sorted = Array.from(batcherSort(values));
      const expected = values.toSorted((left, right) => right - left);
      if (sorted.some((value, place) => value !== expected[place])) expect(sorted).toEqual(expected);
    }
  });

  it.each([2, 4, 8, 16, 64, 256])("has as many comparators as the recursion for n = %i", (n) => {
    const stages = batcherNetwork(n);
    const levels = Math.log2(n);
    expect(stages).toHaveLength((levels * (levels + 1)) / 2);
    expect(stages.flat()).toHaveLength(oddEvenMergeSortReference(n).length);
    // No wire twice in a stage: its comparators can work at once.
    for (const stage of stages) expect(new Set(stage.flat()).size).toBe(2 * stage.length);
  });

  it("needs 24,063 comparators in 55 stages for 1024 elements", () => {
    expect(sorterRun(1024, 512)).toEqual({ stageCount: 55, comparisons: 24_063, cycles: 55 });
    expect(sorterRun(1024, 1)).toMatchObject({ cycles: 24_063 });
    expect(sorterRun(1, 4)).toEqual({ stageCount: 0, comparisons: 0, cycles: 0 });
  });

  it("loses to the engine in comparisons by about what the paper gives as power", () => {
    const { n, k } = publishedSorterRatios;
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const rows = compareWithSorter({ n, k, seeds, sorterComparatorCounts: [16, 32, 64] });
    const figures = rows.map(({ sorterComparatorCount, sorterCycles, throughputRatio, comparisonRatio }) => [
      sorterComparatorCount,
      sorterCycles,
      Math.round(throughputRatio * 100) / 100,
      Math.round(comparisonRatio * 100) / 100,
    ]);
    // Published: 1.4 and 3.5. With as many comparators as the engine has, 2.27 times its throughput.
    expect(figures).toEqual([
      [16, 1507, 4.52, 2.97],
      [32, 756, 2.27, 2.97],
      [64, 381, 1.14, 2.97],
    ]);
  });

  it("refuses an n that no engine has", () => {
    expect(() => batcherNetwork(0)).toThrow("n is out of range");
    expect(() => sorterRun(8, 0)).toThrow("comparators");
  });
});
