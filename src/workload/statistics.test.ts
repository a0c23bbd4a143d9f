import { expect, test } from "vitest";
import { workloadStatistics } from "./statistics.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

test("sums and ratios of three of four heads", () => {
  const workload = sampleWorkload([
    sampleJob({ queryCount: 8, keyCount: 8, valueCount: 8, valuesPerQuery: 8 }),
    sampleJob({
      head: 1,
      queryCount: 8,
      keyCount: 8,
      valueCount: 4,
      valuesPerQuery: 2,
      refetchedQueries: [1, 2],
    }),
    sampleJob({ layer: 1, queryCount: 4, keyCount: 4, valueCount: 4, valuesPerQuery: 2, valueBits: 6 }),
    {
      kind: "fully-connected",
      iteration: 0,
      layer: 1,
      name: "f",
      vectorCount: 4,
      rows: 8,
      columns: 8,
      weightBits: 8,
    },
  ]);
  expect(workloadStatistics(workload)).toEqual({
    jobCount: 4,
    attentionJobCount: 3,
    queryCount: 20,
    refetchedQueryCount: 2,
    lsbFetchRatio: 0.1,
    keysFetchedCount: 20,
    valuesFetchedCount: 16,
    denseKeyCount: 24,
    keyReductionRatio: 1.2,
    valueReductionRatio: 1.5,
    keyAndValueReductionRatio: 48 / 36,
    headKeepRatio: 0.75,
    meanQueryBits: 12,
    meanKeyBits: 8,
    meanValueBits: 10.5,
    meanKeyBitsWithRefetch: 8 + (4 * 8) / 20,
  });
});

test("each iteration of a generation has one more key to be pruned from", () => {
  const { header } = sampleWorkload([]);
  const jobs = [0, 1, 2].map((iteration) =>
    sampleJob({ iteration, queryCount: 1, keyCount: 3, valueCount: 3 }),
  );
  const found = workloadStatistics({
    header: { ...header, phase: "generation", iterationCount: 3, jobCount: 3 },
    jobs,
  });
  expect(found.denseKeyCount).toBe(8 + 9 + 10);
  expect(found.headKeepRatio).toBe(3 / 12);
});
