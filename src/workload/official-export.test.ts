import { expect, test } from "vitest";
import type { AttentionJob, AttentionWorkload } from "./attention-workload.ts";
import { officialRowsFromWorkload } from "./official-export.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

function generation(changes: Partial<AttentionJob>): AttentionWorkload {
  const job = sampleJob({ queryCount: 1, valuesPerQuery: 3, ...changes });
  const { header } = sampleWorkload([job]);
  return { header: { ...header, phase: "generation", plan: "a plan" }, jobs: [job] };
}

test("a generated token's head becomes a row", () => {
  const csv = officialRowsFromWorkload(
    generation({ refetchedQueries: [0], topK: [{ of: "token", n: 4, k: 2, count: 1 }] }),
  );
  expect(csv).toEqual({
    configurationName: "a plan",
    rows: [
      {
        iteration: 0,
        layer: 0,
        head: 0,
        headDimension: 4,
        sentenceLength: 8,
        keyFetchCount: 4,
        keyBits: 8,
        queryBits: 12,
        requantizeThreshold: -1,
        isRequantized: true,
        requantizeBits: 4,
        valueFetchCount: 3,
        valueBits: 12,
        accumulatesImportance: false,
        rescalesImportance: false,
        hasTopK: true,
        topKCount: 2,
      },
    ],
  });
});

test.each<[Partial<AttentionJob>, string]>([
  [
    { queryCount: 4 },
    "job 0 at queryCount: the official CSV cannot hold this; got 4; expected 1: a generated token",
  ],
  [
    { head: 1 },
    "job 0 at keyValueHead: the official CSV cannot hold this; got 0; expected the head itself, 1",
  ],
  [
    { valuesPerQuery: [2] },
    "job 0 at valuesPerQuery: the official CSV cannot hold this; got 2; expected valueCount, 3",
  ],
  [
    { topK: [{ of: "head", n: 2, k: 1, count: 1 }] },
    "job 0 at topK: the official CSV cannot hold this; got {",
  ],
])("%j is not expressible", (changes, message) => {
  expect(() => officialRowsFromWorkload(generation(changes))).toThrow(
    expect.objectContaining({ code: "workload", message: expect.stringContaining(message) }),
  );
});

test("a fully connected layer is not expressible", () => {
  const { header } = generation({});
  const layer = {
    kind: "fully-connected",
    iteration: 0,
    layer: 0,
    name: "f",
    vectorCount: 1,
    rows: 1,
    columns: 1,
    weightBits: 8,
  } as const;
  expect(() => officialRowsFromWorkload({ header, jobs: [layer] })).toThrow(
    "job 0 at kind: the official CSV cannot hold this",
  );
});
