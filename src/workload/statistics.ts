import type { AttentionJob, AttentionWorkload } from "./attention-workload.ts";
import { denseKeyCount } from "./workload-checks.ts";

/** Sums and ratios of a workload's attention; a reduction of 4 means a quarter is left. */
export interface WorkloadStatistics {
  /** Lines after the header. */
  readonly jobCount: number;
  /** Head-rows: one head of one layer in one iteration. */
  readonly attentionJobCount: number;
  readonly queryCount: number;
  readonly refetchedQueryCount: number;
  /** Queries computed again with the low bits ÷ all queries. */
  readonly lsbFetchRatio: number;
  readonly keysFetchedCount: number;
  readonly valuesFetchedCount: number;
  /** Keys, and as many values, that the head-rows which are there would fetch unpruned. */
  readonly denseKeyCount: number;
  readonly keyReductionRatio: number;
  readonly valueReductionRatio: number;
  readonly keyAndValueReductionRatio: number;
  /** Head-rows that are there ÷ all of the iterations that have any. */
  readonly headKeepRatio: number;
  /** Bits of one element, mean over the elements of each stream. */
  readonly meanQueryBits: number;
  readonly meanKeyBits: number;
  readonly meanValueBits: number;
  /** As `meanKeyBits`, with the low bits of each head-row that has a refetched query, fetched once. */
  readonly meanKeyBitsWithRefetch: number;
}

/**
 * Statistics of the attention jobs; ratios of an empty workload are NaN. The dense reference of a head-row is the
 * header's length plus its iteration; a pruned head has no row and so counts in `headKeepRatio` alone, which is how the
 * official release's figures are taken.
 */
export function workloadStatistics(workload: AttentionWorkload): WorkloadStatistics {
  const { header, jobs } = workload;
  const rows = jobs.filter((job) => job.kind === "attention");
  const total = (measure: (job: AttentionJob) => number): number =>
    rows.reduce((sum, job) => sum + measure(job), 0);
  const queries = total((job) => job.queryCount);
  const refetched = total((job) => job.refetchedQueries.length);
  const keys = total((job) => job.keyCount);
  const values = total((job) => job.valueCount);
  const dense = total((job) => denseKeyCount(header, job.iteration));
  const keyBits = total((job) => job.keyCount * job.keyBits);
  const lowBits = total((job) => (job.refetchedQueries.length > 0 ? job.keyCount * job.keyLsbBits : 0));
  const iterationsWithRows = new Set(rows.map((job) => job.iteration)).size;
  return {
    jobCount: jobs.length,
    attentionJobCount: rows.length,
    queryCount: queries,
    refetchedQueryCount: refetched,
    lsbFetchRatio: refetched / queries,
    keysFetchedCount: keys,
    valuesFetchedCount: values,
    denseKeyCount: dense,
    keyReductionRatio: dense / keys,
    valueReductionRatio: dense / values,
    keyAndValueReductionRatio: (2 * dense) / (keys + values),
    headKeepRatio: rows.length / (iterationsWithRows * header.model.layerCount * header.model.queryHeadCount),
    meanQueryBits: total((job) => job.queryCount * job.queryBits) / queries,
    meanKeyBits: keyBits / keys,
    meanValueBits: total((job) => job.valueCount * job.valueBits) / values,
    meanKeyBitsWithRefetch: (keyBits + lowBits) / keys,
  };
}
