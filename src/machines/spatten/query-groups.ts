import type { AttentionJob, TopKEvent } from "../../workload/attention-workload.ts";

/** Queries of a job that multiply equally many values. */
export interface QueryGroup {
  readonly queryCount: number;
  readonly valueCount: number;
}

/** The queries of a job, grouped by their number of values, in order of first appearance. */
export function queryGroups(job: AttentionJob): QueryGroup[] {
  if (typeof job.valuesPerQuery === "number") {
    return [{ queryCount: job.queryCount, valueCount: job.valuesPerQuery }];
  }
  const counts = new Map<number, number>();
  for (const values of job.valuesPerQuery) counts.set(values, (counts.get(values) ?? 0) + 1);
  return [...counts].map(([valueCount, queryCount]) => ({ queryCount, valueCount }));
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
