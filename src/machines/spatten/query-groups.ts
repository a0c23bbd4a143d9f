import type { AttentionJob, TopKEvent } from "../../workload/attention-workload.ts";

/** Queries of a job that multiply equally many values, and are all computed again or all not. */
export interface QueryGroup {
  readonly queryCount: number;
  readonly valueCount: number;
  /** Their first probabilities are flat, and are thrown away. */
  readonly isRefetched: boolean;
}

/** The queries of a job, grouped, in order of first appearance. */
export function queryGroups(job: AttentionJob): QueryGroup[] {
  const { queryCount, valuesPerQuery } = job;
  const refetched = new Set(job.refetchedQueries);
  if (typeof valuesPerQuery === "number") {
    const plain = { queryCount: queryCount - refetched.size, valueCount: valuesPerQuery, isRefetched: false };
    const again = { queryCount: refetched.size, valueCount: valuesPerQuery, isRefetched: true };
    return [plain, again].filter((group) => group.queryCount > 0);
  }
  const groups = new Map<string, QueryGroup>();
  for (const [query, valueCount] of valuesPerQuery.entries()) {
    const isRefetched = refetched.has(query);
    const key = `${valueCount} ${isRefetched}`;
    groups.set(key, { valueCount, isRefetched, queryCount: (groups.get(key)?.queryCount ?? 0) + 1 });
  }
  return [...groups.values()];
}

/** Values that the last query multiplies: what the drain of a layer waits for. */
export function lastQueryValueCount(job: AttentionJob): number {
  return typeof job.valuesPerQuery === "number" ? job.valuesPerQuery : job.valuesPerQuery.at(-1)!;
}

/** Values multiplied by all queries of a job together. */
export function totalValueCount(job: AttentionJob): number {
  if (typeof job.valuesPerQuery === "number") return job.valuesPerQuery * job.queryCount;
  return job.valuesPerQuery.reduce((sum, values) => sum + values, 0);
}

/** Queries of a job that were computed a second time; a query named twice counts once. */
export function refetchedQueryCount(job: AttentionJob): number {
  return job.refetchedQueries.length === 0 ? 0 : new Set(job.refetchedQueries).size;
}

/** The top-k runs of a job that prune values (the local engine), or tokens and heads (the cascade engine). */
export function topKEvents(job: AttentionJob, engine: "local" | "cascade"): TopKEvent[] {
  return job.topK.filter((event) => (event.of === "value") === (engine === "local"));
}
