import * as z from "zod/mini";
import { type DeepReadonly, integerAtLeast, positiveNumber } from "../../base/schema.ts";

export const ATTENTION_TIMES_SCHEMA = "spatten/attention-times@1";

/** How the products were computed: floats, or int8 with the quantization of the operands inside what is timed. */
export const measuredArithmetics = ["float32", "int8"] as const;
export type MeasuredArithmetic = (typeof measuredArithmetics)[number];

const attentionShapeSchema = z.strictObject({
  headCount: integerAtLeast(1),
  queryCount: integerAtLeast(1),
  keyCount: integerAtLeast(1),
  headDimension: integerAtLeast(1),
});

export type AttentionShape = DeepReadonly<z.infer<typeof attentionShapeSchema>>;

const measuredTimeSchema = z.strictObject({
  ...attentionShapeSchema.shape,
  arithmetic: z.enum(measuredArithmetics),
  /** Of the attention of one layer, one call of the runtime. */
  seconds: positiveNumber(),
});

export type MeasuredTime = DeepReadonly<z.infer<typeof measuredTimeSchema>>;

/** Times of attention on one processor, with all that says where they hold. */
export const attentionTimesSchema = z.strictObject({
  schema: z.literal(ATTENTION_TIMES_SCHEMA),
  processor: z.string(),
  runtime: z.string(),
  spatten: z.string(),
  /** Given by whoever measured. */
  date: z.string(),
  warmUpCount: integerAtLeast(0),
  runCount: integerAtLeast(1),
  /** Part of the runs that was dropped at either end before the mean. */
  trimmedRatio: z.number().check(z.gte(0), z.lt(0.5)),
  /** A call that does next to nothing, which every time contains. */
  emptyCallSeconds: positiveNumber(),
  times: z.array(measuredTimeSchema).check(z.minLength(1), z.maxLength(10_000)),
});

export type AttentionTimes = DeepReadonly<z.infer<typeof attentionTimesSchema>>;
