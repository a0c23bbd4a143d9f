import * as z from "zod/mini";
import { integerAtLeast } from "../../base/schema.ts";

const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("class"), label: z.string() }),
  z.strictObject({ kind: z.literal("value"), value: z.number() }),
  z.strictObject({ kind: z.literal("vector"), vector: z.array(z.number()) }),
  z.strictObject({ kind: z.literal("span"), text: z.string() }),
  z.strictObject({
    kind: z.literal("tokens"),
    /** Of each token behind the prompt: minus the natural logarithm of its probability, and the likeliest in its place. */
    nats: z.array(z.number()),
    likeliestIds: z.array(integerAtLeast(0)),
    /** Sum over the prompt's tokens that were predicted, and their number. */
    promptNats: z.number(),
    promptScoredCount: integerAtLeast(0),
  }),
  z.strictObject({ kind: z.literal("completion"), text: z.string() }),
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
  /** A decoder's: rows of K that its iterations behind the prompt read, and that its cache held meanwhile; its bytes at the end. */
  cache: z.optional(
    z.strictObject({
      fetchedRows: integerAtLeast(0),
      heldRows: integerAtLeast(0),
      bytes: integerAtLeast(0),
    }),
  ),
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
  | { readonly kind: "window"; readonly ids: readonly number[]; readonly promptCount: number }
  | { readonly kind: "prompt"; readonly ids: readonly number[]; readonly newTokenCount: number }
);

/** An input that is made when its turn comes. */
export interface PlannedInput {
  readonly key: string;
  readonly make: () => EvaluationInput;
}
