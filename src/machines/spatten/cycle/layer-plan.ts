import type { Random } from "../../../base/random.ts";
import type { AttentionJob } from "../../../workload/attention-workload.ts";
import type { LayerRun } from "../jobs.ts";
import type { SpattenParameters } from "../parameters.ts";
import { topKEvents } from "../query-groups.ts";
import { probabilityValueCycles, queryKeyCycles } from "../stages.ts";
import type { HeadTraffic } from "../traffic.ts";
import { scoreDraws } from "./drawn-scores.ts";
import { Fetch, StreamReader } from "./fetch.ts";
import type { Layout, Stream } from "./layout.ts";
import { drawTopKTime, type TopKTime, topKTimeOf } from "./quick-select-passes.ts";
import { chooseFrom, firstRows, randomAt, survivorDraws, uniformSurvivors } from "./survivors.ts";

/** A head on its way through the machine. */
export interface HeadRun {
  readonly run: LayerRun;
  readonly job: AttentionJob;
  readonly traffic: HeadTraffic;
  readonly readers: Readonly<Record<Stream, StreamReader>>;
  /** Rows that its queries bring, and where the machine stores them. */
  readonly appended: readonly Fetch[];
  /** Stored rows of its keys; a query's kept values are among them. */
  readonly keyRows: Int32Array;
  readonly queries: QueryRun[];
  /** K, V and the low bits of K of a head that is loaded once; a streamed one has them in each query. */
  keyFetch: Fetch | undefined;
  valueFetch: Fetch | undefined;
  lsbFetch: Fetch | undefined;
  /** Items through the comparators of both engines, for this head's values and the cascade behind it. */
  topKItems: number;
  /** Queries that still need K, and V. */
  keyUsers: number;
  valueUsers: number;
}

/** A query on its way; each of its fields is written by one unit. */
export interface QueryRun {
  readonly head: HeadRun;
  /** In the head. */
  readonly place: number;
  /** Lines of scores, and of values. */
  readonly lineCount: number;
  readonly valueCount: number;
  readonly valueLineCount: number;
  readonly topK: TopKTime;
  readonly isRefetched: boolean;
  queryFetch: Fetch | undefined;
  keyFetch: Fetch | undefined;
  lsbFetch: Fetch | undefined;
  valueFetch: Fetch | undefined;
  /** True from the decision for low bits on. */
  isRecomputed: boolean;
  issuedLines: number;
  sumReadyCycle: number;
  poppedLines: number;
  lastPopCycle: number;
  filterStartCycle: number;
  multipliedLines: number;
}

/** What a layer works on. */
export interface LayerPlan {
  readonly heads: readonly HeadRun[];
  /** All queries, head by head. */
  readonly queries: readonly QueryRun[];
  /** Token and head top-k after the last head, one after the other. */
  readonly cascade: readonly TopKTime[];
}

export interface PlanContext {
  readonly parameters: SpattenParameters;
  readonly headDimension: number;
  readonly layout: Layout;
  readonly seed: number;
  /** Keys of iteration 0 before pruning. */
  readonly unprunedLength: number;
}

/** Heads and queries of a layer, with their rows and top-k times drawn. */
function planLayer(context: PlanContext, run: LayerRun, traffics: readonly HeadTraffic[]): LayerPlan {
  const heads = run.jobs.map((job, index) => planHead(context, run, job, traffics[index]!));
  const random = randomAt(context.seed, run.iteration, run.layer, -1);
  const cascade: TopKTime[] = [];
  for (const head of heads) {
    for (const { n, k, count } of topKEvents(head.job, "cascade")) {
      for (let each = 0; each < count; each++) {
        const time = drawTopKTime(context.parameters, n, k, random);
        head.topKItems += time.itemCount;
        cascade.push(time);
      }
    }
  }
  return { heads, queries: heads.flatMap((head) => head.queries), cascade };
}

/**
 * Layers that run without a barrier between them as one: all their heads one behind the other. The cascade's engine then
 * works beside the pipeline, at no cost in time.
 */
export function planLayers(
  context: PlanContext,
  runs: readonly LayerRun[],
  traffics: readonly (readonly HeadTraffic[])[],
): LayerPlan {
  const plans = runs.map((run, place) => planLayer(context, run, traffics[place]!));
  if (plans.length === 1 && context.parameters.layerBarrier) return plans[0]!;
  return {
    heads: plans.flatMap((plan) => plan.heads),
    queries: plans.flatMap((plan) => plan.queries),
    cascade: [],
  };
}

function planHead(context: PlanContext, run: LayerRun, job: AttentionJob, traffic: HeadTraffic): HeadRun {
  const { layout, parameters } = context;
  const reader = (stream: Stream, bits: number): StreamReader =>
    new StreamReader(layout.place(run.layer, job.head, stream, bits));
  const head: HeadRun = {
    run,
    job,
    traffic,
    readers: {
      query: reader("query", job.queryBits),
      key: reader("key", job.keyBits),
      keyLsb: reader("keyLsb", job.keyLsbBits),
      value: reader("value", job.valueBits),
      output: reader("output", parameters.datapathBits),
    },
    appended: parameters.appendKeysAndValues ? appendedRows(context, run, job, reader) : [],
    keyRows: keyRowsOf(context, run, job),
    queries: [],
    keyFetch: undefined,
    valueFetch: undefined,
    lsbFetch: undefined,
    topKItems: 0,
    keyUsers: job.queryCount,
    valueUsers: job.queryCount,
  };
  const refetched = new Set(job.refetchedQueries);
  const times = localTopK(context, run, job);
  for (let place = 0; place < job.queryCount; place++) {
    head.topKItems += times[place]!.itemCount;
    head.queries.push(planQuery(context, head, place, times[place]!, refetched.has(place)));
  }
  return head;
}

function planQuery(
  { parameters, headDimension }: PlanContext,
  head: HeadRun,
  place: number,
  topK: TopKTime,
  isRefetched: boolean,
): QueryRun {
  const { keyCount, valuesPerQuery } = head.job;
  const valueCount = typeof valuesPerQuery === "number" ? valuesPerQuery : valuesPerQuery[place]!;
  return {
    head,
    place,
    lineCount: queryKeyCycles(parameters, headDimension, keyCount),
    valueCount,
    valueLineCount: probabilityValueCycles(parameters, headDimension, valueCount),
    topK,
    isRefetched,
    queryFetch: undefined,
    keyFetch: undefined,
    lsbFetch: undefined,
    valueFetch: undefined,
    isRecomputed: false,
    issuedLines: 0,
    sumReadyCycle: Number.POSITIVE_INFINITY,
    poppedLines: 0,
    lastPopCycle: Number.POSITIVE_INFINITY,
    filterStartCycle: Number.POSITIVE_INFINITY,
    multipliedLines: 0,
  };
}

/** The local value top-k of each query, in the order of the job's events; a query without one passes by. */
function localTopK({ parameters, seed }: PlanContext, run: LayerRun, job: AttentionJob): TopKTime[] {
  const random = randomAt(seed, run.iteration, run.layer, job.head, 0);
  const times: TopKTime[] = [];
  for (const { n, k, count } of topKEvents(job, "local")) {
    for (let each = 0; each < count && times.length < job.queryCount; each++) {
      times.push(localTopKTime(parameters, n, k, random));
    }
  }
  const skipped: TopKTime = {
    selectCycles: 0,
    itemCount: 0,
    filterCycles: parameters.pipeline.skippedTopKCycles,
  };
  while (times.length < job.queryCount) times.push(skipped);
  return times;
}

function localTopKTime(parameters: SpattenParameters, n: number, k: number, random: Random): TopKTime {
  const { scores } = parameters.draws;
  if (scores === "distinct" || k >= n) return drawTopKTime(parameters, n, k, random);
  return topKTimeOf(parameters, scoreDraws[scores](n, parameters.datapathBits, random), k, random);
}

/** Rows that a generated token brings lie behind those that are stored, those of a summarization from row 0 on. */
function appendedRows(
  context: PlanContext,
  run: LayerRun,
  job: AttentionJob,
  reader: (stream: Stream, bits: number) => StreamReader,
): Fetch[] {
  const first = run.phase === "generation" ? storedRows(context, run) - 1 : 0;
  const rows = Array.from({ length: job.queryCount }, (_, row) => first + row);
  const streams: readonly (readonly [Stream, number])[] = [
    ["key", job.keyBits],
    ["keyLsb", job.keyLsbBits],
    ["value", job.valueBits],
  ];
  return streams.flatMap(([stream, bits]) =>
    bits === 0 ? [] : [new Fetch(reader(stream, bits), rows, true)],
  );
}

/** Rows that are stored in an iteration. */
function storedRows({ unprunedLength }: PlanContext, run: LayerRun): number {
  return unprunedLength + run.iteration;
}

/** In a generation the survivors lie where they were stored; in a summarization they are stored one behind the other. */
function keyRowsOf(context: PlanContext, run: LayerRun, job: AttentionJob): Int32Array {
  const { seed, parameters } = context;
  if (run.phase === "summarization") return firstRows(job.keyCount);
  if (job.keyIds !== undefined && job.keyIds.length === job.keyCount) return Int32Array.from(job.keyIds);
  const span = Math.max(storedRows(context, run), job.keyCount);
  const draw = survivorDraws[parameters.draws.survivors];
  return draw(span, job.keyCount, randomAt(seed, run.iteration, run.layer, job.keyCount, 1));
}

/** Stored rows of the values that a query of a streamed head keeps. */
export function valueRowsOf(context: PlanContext, query: QueryRun): Int32Array {
  const { job, keyRows, run } = query.head;
  const count = run.phase === "generation" ? job.valueCount : query.valueCount;
  const random = randomAt(context.seed, run.iteration, run.layer, job.head, 2, query.place);
  if (count <= keyRows.length) return chooseFrom(keyRows, count, random);
  return uniformSurvivors(Math.max(storedRows(context, run), count), count, random);
}
