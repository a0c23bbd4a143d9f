import type { TakeTensor, Task } from "./architecture.ts";
import type { Activation, EncoderHead } from "./encoder-model.ts";
import type { NamedParts } from "./hugging-face-tensors.ts";

/** A head of a checkpoint: what its output means, and its layers. */
export interface TaskHead {
  readonly task: Task;
  readonly labels: readonly string[];
  readonly build: (parts: NamedParts, words: Float32Array, take: TakeTensor) => EncoderHead;
}

/** Start and end of an answer for every token: `qa_outputs` in every checkpoint that has one. */
export function answerHead(hidden: number): TaskHead {
  return {
    task: "question-answering",
    labels: [],
    build: (parts) => ({ kind: "each-token", layers: [{ linear: parts.linear("qa_outputs", 2, hidden) }] }),
  };
}

/** No head at all: the mean of the hidden states stands for the text. */
export function embeddingHead(): TaskHead {
  return { task: "embedding", labels: [], build: () => ({ kind: "mean" }) };
}

/** Tensors of a head that guesses words; the projection back to them is the embedding's matrix. */
export interface WordHeadNames {
  readonly dense: string;
  readonly norm: string;
  readonly bias: string;
}

/** A score for every word at every token. */
export function wordHead(
  names: WordHeadNames,
  activation: Activation,
  { hidden, vocabulary }: { readonly hidden: number; readonly vocabulary: number },
): TaskHead {
  return {
    task: "masked-language-model",
    labels: [],
    build: (parts, words, take) => ({
      kind: "each-token",
      layers: [
        {
          linear: parts.linear(names.dense, hidden, hidden),
          activation,
          norm: parts.norm(names.norm, hidden),
        },
        {
          linear: {
            weight: words,
            bias: take(names.bias, [vocabulary]),
            outputs: vocabulary,
            inputs: hidden,
          },
        },
      ],
    }),
  };
}

/** Classes, or a number, from the first token through a dense layer and a second one. */
export function firstTokenHead(
  { labels, task }: Pick<TaskHead, "labels" | "task">,
  names: { readonly dense: string; readonly output: string },
  activation: Activation,
  hidden: number,
): TaskHead {
  return {
    task,
    labels,
    build: (parts) => ({
      kind: "first-token",
      layers: [
        { linear: parts.linear(names.dense, hidden, hidden), activation },
        { linear: parts.linear(names.output, labels.length, hidden) },
      ],
    }),
  };
}
