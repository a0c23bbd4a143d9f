import * as z from "zod/mini";
import { integerAtLeast } from "../../base/schema.ts";

const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("class"), label: z.string() }),
  z.strictObject({ kind: z.literal("value"), value: z.number() }),
  z.strictObject({ kind: z.literal("vector"), vector: z.array(z.number()) }),
  z.strictObject({ kind: z.literal("span"), text: z.string() }),
]);

const outcomeSchema = z.strictObject({
  answer: answerSchema,
  tokenCount: integerAtLeast(1),
  /** Mean over the layers of tokens kept / tokens, and of heads kept / heads. */
  tokenKeepRatio: z.number(),
  headKeepRatio: z.number(),
  /** Of attention, recomputation included; a multiply-accumulate is two. */
  attentionOperations: z.number(),
  /** Of projections and feed-forward. */
  linearOperations: z.number(),
  dramBytes: z.number(),
  /** The part of them that Q, K and V are; the rest is outputs. */
  operandDramBytes: z.strictObject({ query: z.number(), key: z.number(), value: z.number() }),
  cycles: z.number(),
  energyPicojoules: z.number(),
  /** Wall time of the engine on this computer. */
  measuredMilliseconds: z.number(),
});

/** A finished row: one input, dense and pruned. As a line of JSON it is what a stopped evaluation goes on from. */
export const finishedRowSchema = z.strictObject({
  key: z.string(),
  dense: outcomeSchema,
  pruned: outcomeSchema,
});

/** What a model said of an input, kept as plain data. */
export type Answer = z.infer<typeof answerSchema>;
/** One run of one input: the answer, and what it took. */
export type Outcome = z.infer<typeof outcomeSchema>;
export type FinishedRow = z.infer<typeof finishedRowSchema>;

/** An input of an evaluation; `key` names its row, such as `test/17`. */
export type EvaluationInput = { readonly key: string; readonly where: string } & (
  | { readonly kind: "text"; readonly text: string; readonly context?: string | undefined }
  | { readonly kind: "patches"; readonly features: Float32Array; readonly patchCount: number }
);

/** An input that is made when its turn comes. */
export interface PlannedInput {
  readonly key: string;
  readonly make: () => EvaluationInput;
}
