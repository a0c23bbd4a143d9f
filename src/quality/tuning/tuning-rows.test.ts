import { describe, expect, it } from "vitest";
import type { Dataset, Split } from "../datasets/dataset.ts";
import { drawnOfEachClass, drawnRows, rungsOf, withSupport } from "./tuning-rows.ts";

const split: Split = {
  rows: Array.from({ length: 60 }, (_, row) => ({
    ...{ kind: "label" as const, where: `row ${row}`, text: String(row), label: row % 3 === 0 ? "a" : "b" },
  })),
  documents: [],
};

describe("the rows of a search", () => {
  it.each([
    [30, [30]],
    [119, [119]],
    [120, [40, 120]],
    [3000, [111, 333, 1000, 3000]],
  ])("of %d are looked at in thirds: %j", (count, rungs) => {
    expect(rungsOf(count)).toEqual(rungs);
  });

  it("are drawn by a seed, fewer ones first of more", () => {
    const all = drawnRows(split, 4, undefined).rows;
    expect(new Set(all)).toEqual(new Set(split.rows));
    expect(drawnRows(split, 4, 10).rows).toEqual(all.slice(0, 10));
    expect(drawnRows(split, 5, undefined).rows).not.toEqual(all);
  });

  it("of the train split are as many of each class, in their order", () => {
    const { rows } = drawnOfEachClass(split, 1, 5);
    const labels = rows.map((row) => ("label" in row ? row.label : "")).sort();
    expect(labels).toEqual([..."aaaaabbbbb"]);
    expect(split.rows.filter((row) => rows.includes(row))).toEqual(rows);
    expect(drawnOfEachClass(split, 1, undefined)).toBe(split);
  });

  it("of the train split alone are fewer on test, too", async () => {
    const dataset: Dataset = {
      ...{ name: "data", format: "test", splitNames: ["test", "train"], readSplit: async () => split },
    };
    const few = withSupport(dataset, 1, 5);
    expect(await few.readSplit("train")).toEqual(drawnOfEachClass(split, 1, 5));
    expect(await few.readSplit("test")).toBe(split);
  });
});
