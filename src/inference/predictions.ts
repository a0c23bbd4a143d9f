import { softmax } from "../pruning/softmax.ts";
import type { EncoderRun } from "./decisions.ts";
import type { ModelLayout } from "./models/architecture.ts";
import type { EncodedText, TextEncoderOfModel } from "./tokenizer.ts";

/** The most probable class, its probability, and the scores of all classes in the model's order. */
export interface Classification {
  readonly kind: "classification";
  readonly label: string;
  readonly probability: number;
  readonly logits: Float32Array;
}

/** A number. */
export interface Regression {
  readonly kind: "regression";
  readonly value: number;
}

/** A unit vector that stands for the text: (hidden). */
export interface Embedding {
  readonly kind: "embedding";
  readonly vector: Float32Array;
}

/**
 * The tokens of the context that answer the question best, first and last one included; score: sum of both logits. Where
 * no token of the context is left the answer is empty and its last token comes before its first.
 */
export interface Span {
  readonly kind: "span";
  readonly answer: string;
  readonly firstToken: number;
  readonly lastToken: number;
  readonly score: number;
}

/** Candidates for each mask token that was not dropped, the most probable first. */
export interface MaskFilling {
  readonly kind: "mask";
  readonly fills: readonly {
    readonly position: number;
    readonly candidates: readonly { readonly piece: string; readonly probability: number }[];
  }[];
}

/** What a model says of a text, by its head. */
export type Prediction = Classification | Regression | Embedding | Span | MaskFilling;

/** Longest answer that is considered (SQuAD's usual rule). */
const LONGEST_ANSWER_TOKENS = 30;
const CANDIDATE_COUNT = 5;

/** The prediction of a model whose output stands for the whole input; undefined where it is one for each token. */
export function wholePredictionOf(
  { task, labels }: Pick<ModelLayout, "task" | "labels">,
  logits: Float32Array,
): Classification | Regression | Embedding | undefined {
  switch (task) {
    case "classification":
      return classify(logits, labels);
    case "regression":
      return { kind: "regression", value: logits[0]! };
    case "embedding":
      return { kind: "embedding", vector: logits };
    default:
      return undefined;
  }
}

/** The prediction of a run. */
export function predictionOf(
  layout: Pick<ModelLayout, "task" | "labels">,
  run: Pick<EncoderRun, "logits" | "outputTokens">,
  encoded: EncodedText,
  tokenizer: TextEncoderOfModel,
): Prediction {
  const whole = wholePredictionOf(layout, run.logits);
  if (whole !== undefined) return whole;
  return layout.task === "question-answering"
    ? bestSpan(run, encoded, tokenizer)
    : fillMasks(run, encoded, tokenizer);
}

function classify(logits: Float32Array, labels: readonly string[]): Classification {
  const probabilities = softmax(logits);
  const best = probabilities.reduce((top, value, id) => (value > probabilities[top]! ? id : top), 0);
  return { kind: "classification", label: labels[best]!, probability: probabilities[best]!, logits };
}

/** The span of surviving context tokens with the largest sum of start and end logit; ties go to the earlier one. */
function bestSpan(
  { logits, outputTokens }: Pick<EncoderRun, "logits" | "outputTokens">,
  encoded: EncodedText,
  tokenizer: TextEncoderOfModel,
): Span {
  const rows = [...outputTokens.entries()].filter(([, position]) => encoded.isContext[position] === true);
  let best: Omit<Span, "kind" | "answer"> = { firstToken: 0, lastToken: -1, score: Number.NEGATIVE_INFINITY };
  for (const [place, [first, firstToken]] of rows.entries()) {
    for (const [last, lastToken] of rows.slice(place)) {
      if (lastToken - firstToken >= LONGEST_ANSWER_TOKENS) break;
      const score = logits[2 * first]! + logits[2 * last + 1]!;
      if (score > best.score) best = { firstToken, lastToken, score };
    }
  }
  if (rows.length === 0) return { kind: "span", answer: "", firstToken: 0, lastToken: -1, score: 0 };
  const ids = encoded.ids.slice(best.firstToken, best.lastToken + 1);
  return { kind: "span", answer: tokenizer.decode(ids), ...best };
}

function fillMasks(
  { logits, outputTokens }: Pick<EncoderRun, "logits" | "outputTokens">,
  encoded: EncodedText,
  tokenizer: TextEncoderOfModel,
): MaskFilling {
  const width = logits.length / outputTokens.length;
  const fills = [...outputTokens.entries()].flatMap(([row, position]) => {
    if (encoded.ids[position] !== tokenizer.maskId) return [];
    const probabilities = softmax(logits.subarray(row * width, (row + 1) * width));
    const best = Array.from(probabilities, (_, id) => id)
      .sort((left, right) => probabilities[right]! - probabilities[left]! || left - right)
      .slice(0, CANDIDATE_COUNT);
    const candidates = best.map((id) => ({
      piece: tokenizer.decode([id]),
      probability: probabilities[id]!,
    }));
    return [{ position, candidates }];
  });
  return { kind: "mask", fills };
}
