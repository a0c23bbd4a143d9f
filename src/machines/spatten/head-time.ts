import type { AttentionJob } from "../../workload/attention-workload.ts";
import type { SpattenParameters } from "./parameters.ts";
import { lastQueryValueCount, queryGroups, refetchedQueryCount, topKEvents } from "./query-groups.ts";
import {
  decisionLatencyCycles,
  fetchCycles,
  probabilityValueCycles,
  queryKeyCycles,
  softmaxCycles,
} from "./stages.ts";
import type { Cause, Segment } from "./timeline.ts";
import { topKCycles } from "./top-k-latency.ts";
import type { HeadTraffic } from "./traffic.ts";

/** Cycles that one query keeps each stage busy; may be fractions. */
interface QueryStages {
  readonly fetch: number;
  readonly queryKeyProduct: number;
  readonly softmax: number;
  readonly topK: number;
  readonly probabilityValueProduct: number;
}

/** What a layer needs to know of the time of one head. */
export interface HeadTime {
  /** Cycles of DRAM to load K and V before the first query; 0 where they are streamed. */
  readonly loadCycles: number;
  /** The queries at the pace of their slowest stage, then those that are computed again. */
  readonly segments: readonly Segment[];
  /** All other cycles of DRAM: queries, outputs, low bits, and streamed K and V. */
  readonly fetchCycles: number;
  /** The last query's way through all stages beyond the one stage that its segment counts. */
  readonly leftoverCycles: number;
}

/** Time of one head: analytical, from the slowest stage of each query. */
export function headTime(
  parameters: SpattenParameters,
  headDimension: number,
  job: AttentionJob,
  traffic: HeadTraffic,
): HeadTime {
  const streamed = traffic.buffering === "streamed";
  const { queryCount, keyCount } = job;
  const perQuery = (transactions: number): number => fetchCycles(parameters, transactions / queryCount);
  const written = traffic.output.transactionCount + traffic.append.transactionCount;
  const ownFetch = perQuery(traffic.query.transactionCount + written);
  const keyFetch = streamed ? perQuery(traffic.key.transactionCount) : 0;
  const valueRowFetch = streamed ? valueRowCycles(parameters, traffic) : 0;
  const localTopK = topKCyclesPerQuery(parameters, job);
  const stagesOf = (valueCount: number): QueryStages => ({
    fetch: ownFetch + keyFetch + valueCount * valueRowFetch,
    queryKeyProduct: queryKeyCycles(parameters, headDimension, keyCount),
    softmax: softmaxCycles(parameters, keyCount),
    topK: localTopK,
    probabilityValueProduct: probabilityValueCycles(parameters, headDimension, valueCount),
  });
  // Flat probabilities go no further than the softmax; what follows comes with the second ones.
  const flat = { fetch: ownFetch + keyFetch, topK: 0, probabilityValueProduct: 0 };
  const groups = queryGroups(job);
  const segments = groups.map(({ valueCount, queryCount: count, isRefetched }) =>
    pacedSegment({ ...stagesOf(valueCount), ...(isRefetched ? flat : {}) }, count),
  );
  const again = groups.filter((group) => group.isRefetched);
  if (again.length > 0) {
    const products = again.reduce(
      (sum, group) => sum + group.queryCount * stagesOf(group.valueCount).probabilityValueProduct,
      0,
    );
    segments.push(recomputeSegment(parameters, headDimension, job, traffic, { localTopK, products }));
  }
  const lastValues = lastQueryValueCount(job);
  const last = stagesOf(lastValues);
  const counted = job.refetchedQueries.includes(queryCount - 1) ? { ...last, ...flat } : last;
  const wholeWay =
    ownFetch +
    Math.max(keyFetch, last.queryKeyProduct) +
    last.softmax +
    last.topK +
    Math.max(lastValues * valueRowFetch, last.probabilityValueProduct);
  const load = streamed ? 0 : traffic.key.transactionCount + traffic.value.transactionCount;
  const allTransactions =
    traffic.query.transactionCount +
    written +
    traffic.keyLsb.transactionCount +
    (streamed ? traffic.key.transactionCount + traffic.value.transactionCount : 0);
  return {
    loadCycles: fetchCycles(parameters, load),
    segments,
    fetchCycles: fetchCycles(parameters, allTransactions),
    leftoverCycles: Math.max(0, Math.ceil(wholeWay) - Math.ceil(slowest(counted))),
  };
}

function valueRowCycles(parameters: SpattenParameters, traffic: HeadTraffic): number {
  return fetchCycles(parameters, traffic.value.transactionCount / traffic.value.rowCount);
}

const pacedBy = ["fetch", "queryKeyProduct", "softmax", "topK", "probabilityValueProduct"] as const;

function slowest(stages: QueryStages): number {
  return Math.max(...pacedBy.map((stage) => stages[stage]));
}

function pacedSegment(stages: QueryStages, queryCount: number): Segment {
  const pace = slowest(stages);
  const cause: Cause = pacedBy.find((stage) => stages[stage] === pace)!;
  const work = {
    queryKeyProduct: queryCount * stages.queryKeyProduct,
    softmax: queryCount * stages.softmax,
    topK: queryCount * stages.topK,
    probabilityValueProduct: queryCount * stages.probabilityValueProduct,
  };
  return { cycles: Math.ceil(queryCount * pace), cause, work };
}

/**
 * Q·K and softmax once more for queries whose probabilities were flat. No new query begins meanwhile (the paper: top-k
 * and prob·V idle), so the whole latency shows, and the low bits' way from DRAM too: once for a head that is in SRAM,
 * for each query where K is streamed. Top-k and prob·V of these queries run beside the next one's second pass.
 */
function recomputeSegment(
  parameters: SpattenParameters,
  headDimension: number,
  job: AttentionJob,
  traffic: HeadTraffic,
  after: { readonly localTopK: number; readonly products: number },
): Segment {
  const count = refetchedQueryCount(job);
  const queryKey = queryKeyCycles(parameters, headDimension, job.keyCount);
  const softmax = softmaxCycles(parameters, job.keyCount);
  const lowBits = fetchCycles(parameters, traffic.keyLsb.transactionCount);
  const latency = lowBits === 0 ? 0 : parameters.dram.latencyCycles;
  const pass = softmax + decisionLatencyCycles(parameters);
  const passes =
    traffic.buffering === "streamed"
      ? count * (latency + Math.max(lowBits / count, queryKey) + pass)
      : latency + lowBits + count * (queryKey + pass);
  const topK = count * after.localTopK;
  const cycles = Math.ceil(Math.max(passes, topK, after.products));
  const work = {
    queryKeyProduct: count * queryKey,
    softmax: count * softmax,
    topK,
    probabilityValueProduct: after.products,
  };
  return { cycles, cause: "recompute", work };
}

/** Mean cycles of the local value top-k of one query; a query without one passes the engine by. */
function topKCyclesPerQuery(parameters: SpattenParameters, job: AttentionJob): number {
  let cycles = 0;
  let remaining = job.queryCount;
  for (const event of topKEvents(job, "local")) {
    cycles += event.count * topKCycles(parameters, event.n, event.k);
    remaining -= event.count;
  }
  const skipped = Math.max(0, remaining) * parameters.pipeline.skippedTopKCycles;
  return (cycles + skipped) / job.queryCount;
}
