import * as z from "zod/mini";
import { type DeepReadonly, integerAtLeast } from "../base/schema.ts";

/** Version of the format; a reader refuses any other. */
export const WORKLOAD_SCHEMA = "spatten/attention-workload@1";

const bitsInDram = () => z.int().check(z.gte(0), z.lte(32));

/** A sidecar lies beside its workload and nowhere else. */
function isPlainFileName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

/** First line of a workload file: the shape before any pruning, and where the decisions come from. */
export const workloadHeaderSchema = z.strictObject({
  schema: z.literal(WORKLOAD_SCHEMA),
  /** Whose decisions these are: a model and a plan, a trace file, a synthesis rule. */
  source: z.string(),
  /**
   * `summarization`: all queries of a sentence at once, K and V of a head loaded once and reused.
   * `generation`: one query an iteration, nothing reused.
   * `summarization-then-generation`: iteration 0 is the first, the others are the second.
   */
  phase: z.enum(["summarization", "generation", "summarization-then-generation"]),
  model: z.strictObject({
    name: z.string(),
    layerCount: integerAtLeast(1),
    queryHeadCount: integerAtLeast(1),
    keyValueHeadCount: integerAtLeast(1),
    headDimension: integerAtLeast(1),
    /** Keys of iteration 0 before pruning; iteration i of a generation has i more. */
    unprunedLength: integerAtLeast(1),
    /** Queries of a summarization where they are not the keys (cross-attention). */
    unprunedQueryLength: z.optional(integerAtLeast(1)),
  }),
  iterationCount: integerAtLeast(1),
  jobCount: integerAtLeast(0),
  /** Name of the plan that decided, where there was one. */
  plan: z.optional(z.string()),
  /** File name of the safetensors sidecar beside this file. */
  tensors: z.optional(z.string().check(z.refine(isPlainFileName, "a file name without folders"))),
  assumptions: z.array(z.string()),
});

const topKEventSchema = z.strictObject({
  of: z.enum(["token", "head", "value"]),
  /** Elements that go in. */
  n: integerAtLeast(1),
  /** Elements that stay. */
  k: integerAtLeast(1),
  /** How often in this job: once a query for values. */
  count: integerAtLeast(1),
});

/** One head of one layer in one iteration: everything that a machine needs to time and pay it. */
export const attentionJobSchema = z.strictObject({
  kind: z.literal("attention"),
  iteration: integerAtLeast(0),
  layer: integerAtLeast(0),
  head: integerAtLeast(0),
  keyValueHead: integerAtLeast(0),
  queryCount: integerAtLeast(1),
  /** Key rows fetched. */
  keyCount: integerAtLeast(1),
  keyIds: z.optional(z.array(integerAtLeast(0))),
  /** Value rows fetched from DRAM: in a summarization those that any query kept. */
  valueCount: integerAtLeast(1),
  /** Values multiplied by each query, one number when all queries keep as many. */
  valuesPerQuery: z.union([integerAtLeast(1), z.array(integerAtLeast(1))]),
  queryBits: bitsInDram().check(z.gte(1)),
  /** Bits of each key element that are always fetched. */
  keyBits: bitsInDram().check(z.gte(1)),
  /** Bits of each key element that a refetch adds; 0 without progressive quantization. */
  keyLsbBits: bitsInDram(),
  valueBits: bitsInDram().check(z.gte(1)),
  /** Queries of this job, counted from 0, that were computed again with the low bits. */
  refetchedQueries: z.array(integerAtLeast(0)),
  topK: z.array(topKEventSchema),
});

/** A fully connected layer beside the attention: `vectorCount` vectors of `rows` elements become as many of `columns`. */
export const fullyConnectedJobSchema = z.strictObject({
  kind: z.literal("fully-connected"),
  iteration: integerAtLeast(0),
  layer: integerAtLeast(0),
  name: z.string(),
  vectorCount: integerAtLeast(1),
  rows: integerAtLeast(1),
  columns: integerAtLeast(1),
  weightBits: bitsInDram().check(z.gte(1)),
});

export const workloadJobSchema = z.discriminatedUnion("kind", [attentionJobSchema, fullyConnectedJobSchema]);

export type WorkloadHeader = DeepReadonly<z.infer<typeof workloadHeaderSchema>>;
export type AttentionJob = DeepReadonly<z.infer<typeof attentionJobSchema>>;
export type FullyConnectedJob = DeepReadonly<z.infer<typeof fullyConnectedJobSchema>>;
export type WorkloadJob = DeepReadonly<z.infer<typeof workloadJobSchema>>;
export type TopKEvent = DeepReadonly<z.infer<typeof topKEventSchema>>;

/** A whole workload in memory; jobs in the order in which a machine runs them. */
export interface AttentionWorkload {
  readonly header: WorkloadHeader;
  readonly jobs: readonly WorkloadJob[];
}
