import {
  type AttentionJob,
  type TopKEvent,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
} from "../../../workload/attention-workload.ts";
import { DATAPATH_BITS } from "../../../workload/dense-head.ts";
import type { WorkloadSource } from "../../../workload/workload-source.ts";
import { type AssumedValues, assumedValues, assumptionLine } from "./assumption.ts";
import type { Benchmark } from "./benchmarks.ts";
import { keepRatios } from "./keep-ratios.ts";

/** Which workload of a benchmark is wanted. */
export interface BenchmarkRequest {
  /** Default `pruned`; `dense` keeps everything at 12 bits. */
  readonly variant?: "dense" | "pruned";
  /** Values in place of the row's assumptions. */
  readonly assume?: AssumedValues;
}

const COUNTS = [
  "counts of tokens and heads are rounded to the nearest whole number, those of values down; kept heads are numbered from 0",
  "each iteration of a generation starts from all tokens, and the first one is whole, as in the released traces",
] as const;

/** What a row's values come to, before any job is made. */
interface Shape {
  readonly generates: boolean;
  readonly iterationCount: number;
  /** Keys of iteration 0. */
  readonly firstLength: number;
  readonly headCounts: readonly number[];
  readonly tokenKeepRatios: readonly number[];
  readonly valueKeepRatio: number;
  readonly bits: Pick<AttentionJob, "queryBits" | "keyBits" | "keyLsbBits" | "valueBits">;
  readonly refetchRatio: number;
}

/**
 * The workload of a benchmark, made anew in each pass; equal requests give equal jobs.
 * @throws SpattenError `config` for an assumption that the row does not have, or values that no schedule meets.
 */
export function benchmarkWorkload(row: Benchmark, request: BenchmarkRequest = {}): WorkloadSource {
  const { variant = "pruned", assume } = request;
  const values = assumedValues(row.assumptions, assume);
  const shape = variant === "dense" ? denseShape(row, values) : prunedShape(row, values);
  const { layerCount, headCount, headDimension } = row.model;
  const header: WorkloadHeader = {
    schema: WORKLOAD_SCHEMA,
    source: variant === "dense" ? `${row.id}, dense` : row.id,
    phase: row.model.phase,
    model: {
      name: row.model.id,
      layerCount,
      queryHeadCount: headCount,
      keyValueHeadCount: headCount,
      headDimension,
      unprunedLength: shape.firstLength,
    },
    iterationCount: shape.iterationCount,
    jobCount: shape.iterationCount * shape.headCounts.reduce((sum, count) => sum + count, 0),
    ...(variant === "dense" ? {} : { plan: "published-averages" }),
    assumptions: [
      ...row.assumptions
        .filter(({ id }) => variant === "pruned" || id === "tokenCount" || id === "generatedCount")
        .map((assumption) => assumptionLine(assumption, values[assumption.id]!)),
      ...(variant === "dense" ? [] : COUNTS),
    ],
  };
  return {
    header,
    jobs: { [Symbol.iterator]: () => jobsOf(shape) },
    isChecked: true,
  };
}

/** Ids of the anchors that a benchmark's workload is made from: those whose values a user has replaced are none. */
export function anchorsOfBenchmark(
  { assumptions }: Benchmark,
  { variant, assume = {} }: BenchmarkRequest = {},
): readonly string[] {
  if (variant === "dense") return [];
  return assumptions.flatMap(({ id, anchors = [] }) => (id in assume ? [] : anchors));
}

function lengthsOf(row: Benchmark, values: AssumedValues) {
  const generates = row.model.phase === "generation";
  // The first token that is generated sees the prompt and itself.
  const firstLength = values.tokenCount! + (generates ? 1 : 0);
  return { generates, firstLength, iterationCount: generates ? values.generatedCount! : 1 };
}

function denseShape(row: Benchmark, values: AssumedValues): Shape {
  const { layerCount, headCount } = row.model;
  return {
    ...lengthsOf(row, values),
    headCounts: new Array<number>(layerCount).fill(headCount),
    tokenKeepRatios: new Array<number>(layerCount).fill(1),
    valueKeepRatio: 1,
    bits: { queryBits: DATAPATH_BITS, keyBits: DATAPATH_BITS, keyLsbBits: 0, valueBits: DATAPATH_BITS },
    refetchRatio: 0,
  };
}

function prunedShape(row: Benchmark, values: AssumedValues): Shape {
  const { layerCount, headCount } = row.model;
  const lengths = lengthsOf(row, values);
  const spread = values.scheduleSpread!;
  const valueKeepRatio = values.valueKeepRatio!;
  const heads = keepRatios({
    layerCount,
    meanKeepRatio: 1 / values.headReduction!,
    unprunedLayersRatio: values.unprunedHeadLayers!,
    spread,
    where: "headReduction",
  });
  const bits = values.operandBits ?? values.keyBits!;
  return {
    ...lengths,
    headCounts: heads.map((keepRatio) => Math.max(1, Math.round(keepRatio * headCount))),
    tokenKeepRatios: keepRatios({
      layerCount,
      meanKeepRatio: meanTokenKeepRatio(lengths, values),
      unprunedLayersRatio: values.unprunedTokenLayers!,
      spread,
      where: "tokenReduction",
    }),
    valueKeepRatio,
    bits: {
      queryBits: values.operandBits ?? DATAPATH_BITS,
      keyBits: bits,
      keyLsbBits: values.keyLowBits ?? 0,
      valueBits: bits,
    },
    refetchRatio: values.refetchRatio ?? 0,
  };
}

/**
 * Part of the keys that stays on average, so that keys and values together are reduced as asked: in a generation the
 * fetched values count, and its first iteration is whole, as in the released traces.
 */
function meanTokenKeepRatio(
  { generates, iterationCount }: ReturnType<typeof lengthsOf>,
  values: AssumedValues,
) {
  const mean = 1 / values.tokenReduction!;
  if (!generates) return mean;
  const ofKeys = Math.min(1, (2 * mean) / (1 + values.valueKeepRatio!));
  return (ofKeys * iterationCount - 1) / (iterationCount - 1);
}

function* jobsOf(shape: Shape): Generator<AttentionJob> {
  let queryIndex = 0;
  for (let iteration = 0; iteration < shape.iterationCount; iteration++) {
    const counts = tokenCounts(shape, iteration);
    for (const [layer, headCount] of shape.headCounts.entries()) {
      for (let head = 0; head < headCount; head++) {
        // Evenly: a query is refetched whenever the running total passes a whole number.
        const before = Math.floor(queryIndex * shape.refetchRatio);
        const isRefetched = Math.floor(++queryIndex * shape.refetchRatio) > before;
        yield jobAt(shape, { iteration, layer, head }, counts, isRefetched);
      }
    }
  }
}

/** Tokens that each layer of an iteration works on. */
function tokenCounts({ generates, firstLength, tokenKeepRatios }: Shape, iteration: number): number[] {
  const length = firstLength + iteration;
  const isWhole = generates && iteration === 0;
  return tokenKeepRatios.map((keepRatio) => (isWhole ? length : Math.max(1, Math.round(keepRatio * length))));
}

function jobAt(
  shape: Shape,
  place: Pick<AttentionJob, "iteration" | "layer" | "head">,
  counts: readonly number[],
  isRefetched: boolean,
): AttentionJob {
  const { generates, valueKeepRatio, bits } = shape;
  const keyCount = counts[place.layer]!;
  const queryCount = generates ? 1 : keyCount;
  const valuesPerQuery = Math.max(1, Math.floor(valueKeepRatio * keyCount));
  return {
    kind: "attention",
    ...place,
    keyValueHead: place.head,
    queryCount,
    keyCount,
    // In a summarization any value is kept by some query.
    valueCount: generates ? valuesPerQuery : keyCount,
    valuesPerQuery,
    ...bits,
    refetchedQueries: isRefetched ? [0] : [],
    topK: [
      ...(valuesPerQuery < keyCount
        ? [{ of: "value" as const, n: keyCount, k: valuesPerQuery, count: queryCount }]
        : []),
      ...cascade(shape, place, counts),
    ],
  };
}

/** Behind the last head of a layer, what the next one works on is selected (SpAtten, Algorithm 2). */
function cascade(
  { headCounts }: Shape,
  { layer, head }: Pick<AttentionJob, "layer" | "head">,
  counts: readonly number[],
): TopKEvent[] {
  const headCount = headCounts[layer]!;
  if (head !== headCount - 1 || layer === headCounts.length - 1) return [];
  const events: TopKEvent[] = [
    { of: "token", n: counts[layer]!, k: counts[layer + 1]!, count: 1 },
    { of: "head", n: headCount, k: headCounts[layer + 1]!, count: 1 },
  ];
  return events.filter(({ n, k }) => k < n);
}
