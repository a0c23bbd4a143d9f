import { denseKeyCount } from "./workload-checks.ts";
import type { WorkloadSource } from "./workload-source.ts";

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
export function workloadStatistics({ header, jobs }: WorkloadSource): WorkloadStatistics {
  let [jobCount, rowCount, queries, refetched, keys, values, dense] = [0, 0, 0, 0, 0, 0, 0];
  let [queryBits, keyBits, lowBits, valueBits] = [0, 0, 0, 0];
  const iterations = new Set<number>();
  for (const job of jobs) {
    jobCount++;
    if (job.kind !== "attention") continue;
    rowCount++;
    iterations.add(job.iteration);
    queries += job.queryCount;
    refetched += job.refetchedQueries.length;
    keys += job.keyCount;
    values += job.valueCount;
    dense += denseKeyCount(header, job.iteration);
    queryBits += job.queryCount * job.queryBits;
    keyBits += job.keyCount * job.keyBits;
    if (job.refetchedQueries.length > 0) lowBits += job.keyCount * job.keyLsbBits;
    valueBits += job.valueCount * job.valueBits;
  }
  const { layerCount, queryHeadCount } = header.model;
  return {
    jobCount,
    attentionJobCount: rowCount,
    queryCount: queries,
    refetchedQueryCount: refetched,
    lsbFetchRatio: refetched / queries,
    keysFetchedCount: keys,
    valuesFetchedCount: values,
    denseKeyCount: dense,
    keyReductionRatio: dense / keys,
    valueReductionRatio: dense / values,
    keyAndValueReductionRatio: (2 * dense) / (keys + values),
    headKeepRatio: rowCount / (iterations.size * layerCount * queryHeadCount),
    meanQueryBits: queryBits / queries,
    meanKeyBits: keyBits / keys,
    meanValueBits: valueBits / values,
    meanKeyBitsWithRefetch: (keyBits + lowBits) / keys,
  };
}
