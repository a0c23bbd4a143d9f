import { describe, expect, it } from "vitest";
import type { Dataset, Split, SplitName } from "./dataset.ts";
import { withValidation } from "./held-out.ts";

const label = (row: number) => ({ kind: "label" as const, where: `${row}`, text: `t${row}`, label: "a" });
const question = (row: number) => ({
  ...{ kind: "question" as const, where: `${row}`, text: `q${row}`, answers: ["x"] },
  ...{ context: `d${row % 6}`, document: row % 6 },
});
function datasetOf(splits: Partial<Record<SplitName, Split>>): Dataset {
  const splitNames = Object.keys(splits) as SplitName[];
  return { name: "data", format: "test", splitNames, readSplit: async (name) => splits[name]! };
}
const labels: Split = { rows: Array.from({ length: 50 }, (_, row) => label(row)), documents: [] };
const questions: Split = {
  rows: Array.from({ length: 30 }, (_, row) => question(row)),
  documents: Array.from({ length: 6 }, (_, document) => `d${document}`),
};

describe("validation rows", () => {
  it("are the data set's own where it has them", () => {
    const dataset = datasetOf({ validation: labels, test: labels });
    expect(withValidation(dataset, 0)).toEqual({ dataset });
  });

  it("are a fifth of train, which goes without them, or half of a test split that stands alone", async () => {
    for (const [name, count] of [
      ["train", 10],
      ["test", 25],
    ] as const) {
      const { dataset, cutFrom } = withValidation(datasetOf({ [name]: labels }), 3);
      expect([cutFrom, dataset.splitNames.includes("validation")]).toEqual([name, true]);
      const [taken, left] = [await dataset.readSplit("validation"), await dataset.readSplit(name)];
      expect(taken.rows).toHaveLength(count);
      expect(new Set([...taken.rows, ...left.rows])).toEqual(new Set(labels.rows));
      expect(left.rows).toHaveLength(50 - count);
    }
  });

  it("keep the questions on a document together, each part with its own documents", async () => {
    const { dataset } = withValidation(datasetOf({ test: questions }), 1);
    const parts = [await dataset.readSplit("validation"), await dataset.readSplit("test")];
    for (const { rows, documents } of parts) {
      expect([rows.length, documents.length]).toEqual([15, 3]);
      for (const row of rows) if (row.kind === "question") expect(documents[row.document]).toBe(row.context);
    }
    expect(new Set(parts.flatMap(({ documents }) => documents)).size).toBe(6);
  });

  it("cannot be cut out of rows that all belong together", async () => {
    const one = datasetOf({ test: { ...labels, rows: labels.rows.slice(0, 1) } });
    await expect(withValidation(one, 0).dataset.readSplit("validation")).rejects.toThrow("at least two");
  });
});
