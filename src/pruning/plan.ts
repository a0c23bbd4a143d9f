import * as z from "zod/mini";
import { type DeepReadonly, fraction, integerAtLeast, keepRatio, parseWith } from "../base/schema.ts";

/** How many tokens or heads each layer works on, layer 0 first; a short list goes on with its last entry. */
const scheduleSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("per-layer"),
    /** Part that layer l works on; 1 for an unpruned layer. */
    keepRatio: z.array(keepRatio()).check(z.minLength(1)),
  }),
  z.strictObject({
    kind: z.literal("counts"),
    /** Number that layer l works on. */
    keepCount: z.array(integerAtLeast(1)).check(z.minLength(1)),
  }),
  z.strictObject({
    kind: z.literal("linear"),
    /** Mean over the pruned layers; the ends lie symmetrically about it (SpAtten, section III). */
    averageKeepRatio: keepRatio(),
    /** First pruned layer; the last one then has 2 × average − start. */
    startKeepRatio: keepRatio(),
    /** Part of the layers, from the first on, that is left whole: 0.15 for tokens and 0.3 for heads in the paper. */
    unprunedLayersRatio: fraction(),
    unprunedLayersRounding: z.enum(["floor", "round", "ceil"]),
  }),
]);

const budgetFields = {
  schedule: scheduleSchema,
  /** What a ratio is taken of: the unpruned number, what is there now, or `constantCount`. */
  ratioOf: z.enum(["original", "current", "constant"]),
  constantCount: z.optional(integerAtLeast(1)),
  /** How ratio × number becomes a whole number; the paper does not say. */
  rounding: z.enum(["floor", "round", "ceil"]),
  /** Never fewer than this many, as far as there are any. */
  minimumCount: integerAtLeast(1),
};

const tokenPruningSchema = z.strictObject({
  ...budgetFields,
  /**
   * Row of a registry, or a plug-in's. Encoders: `spatten`, `layer-top-k`, `cls-attention`, `attention-threshold`, `random`.
   * Decoders: `spatten`, `layer-top-k`, `h2o`, `streaming-llm`, `snapkv`, `attention-threshold`, `random`.
   */
  method: z.string(),
  /** Seed of methods that draw. */
  seed: z.optional(z.int()),
  /**
   * Score below which a token leaves before layer l, for a method that uses one; a short list goes on with its last entry.
   * No more stay than the schedule says.
   */
  scoreThreshold: z.optional(z.array(z.number().check(z.gte(0))).check(z.minLength(1))),
  /**
   * What becomes of the rows of a KV cache that an iteration does not read: `select` (default) stores all and chooses anew,
   * as SpAtten does; `evict` drops them for good. A decoder's alone; its newest token always stays.
   */
  cache: z.optional(z.enum(["select", "evict"])),
  /** Positions that always stay; they count among the k. The paper names none. */
  protect: z.strictObject({ firstCount: integerAtLeast(0), lastCount: integerAtLeast(0) }),
});

const headPruningSchema = z.strictObject(budgetFields);

const valuePruningSchema = z.strictObject({
  /** Part of each query's keys whose values are fetched (SpAtten, section III-C). */
  keepRatio: keepRatio(),
  rounding: z.enum(["floor", "round", "ceil"]),
  minimumCount: integerAtLeast(1),
});

const bits = () => z.int().check(z.gte(2), z.lte(16));

const quantizationSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("static"), queryBits: bits(), keyBits: bits(), valueBits: bits() }),
  z.strictObject({
    kind: z.literal("progressive"),
    queryBits: bits(),
    /** Bits of K that are always fetched. */
    mostSignificantBits: bits(),
    /** Bits of K that are fetched when the probabilities are flat. */
    leastSignificantBits: z.int().check(z.gte(1), z.lte(8)),
    valueBits: bits(),
    /** Largest probability below which the low bits are fetched: 0.1 in the text, 0.05 in the released traces. */
    maximumProbabilityThreshold: fraction(),
  }),
]);

/** A pruning plan as plain data: what stays at each layer, at which widths, and where the figures come from. */
export const pruningPlanSchema = z.strictObject({
  schema: z.optional(z.literal("spatten/plan@1")),
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  /** Paper section, experiment or reason behind the figures. */
  source: z.string(),
  /** What the source does not state, and how it was settled here. */
  assumptions: z.optional(z.array(z.string())),
  tokens: z.optional(tokenPruningSchema),
  heads: z.optional(headPruningSchema),
  /** Ids of the heads that each layer keeps, chosen beforehand: nothing is scored, so weights can be sliced once. */
  fixedHeads: z.optional(z.array(z.array(integerAtLeast(0)).check(z.minLength(1))).check(z.minLength(1))),
  values: z.optional(valuePruningSchema),
  quantization: z.optional(quantizationSchema),
});

export type PruningPlan = DeepReadonly<z.infer<typeof pruningPlanSchema>>;
export type Schedule = DeepReadonly<z.infer<typeof scheduleSchema>>;
export type TokenPruning = DeepReadonly<z.infer<typeof tokenPruningSchema>>;
export type HeadPruning = DeepReadonly<z.infer<typeof headPruningSchema>>;
export type ValuePruning = DeepReadonly<z.infer<typeof valuePruningSchema>>;
export type Quantization = DeepReadonly<z.infer<typeof quantizationSchema>>;
export type Rounding = "floor" | "round" | "ceil";
/** The fields that tokens and heads share: a schedule and what its ratios mean. */
export type Budget = Pick<
  TokenPruning,
  "schedule" | "ratioOf" | "constantCount" | "rounding" | "minimumCount"
>;

/** A checked plan. @throws SpattenError `config` naming the field, or the nearest key for an unknown one. */
export function parsePlan(value: unknown, where?: string): PruningPlan {
  return parseWith(pruningPlanSchema, value, {
    what: "pruning plan",
    ...(where === undefined ? {} : { where }),
  });
}
