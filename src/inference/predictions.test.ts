import { expect, test } from "vitest";
import { predictionOf } from "./predictions.ts";
import type { EncodedText, TextEncoderOfModel } from "./tokenizer.ts";

const pieces = ["[CLS]", "where", "[SEP]", "he", "went", "to", "rome", "[SEP]", "[MASK]"];
const tokenizer: TextEncoderOfModel = {
  encode: () => encoded,
  encodePlain: () => [],
  idOf: (piece) => pieces.indexOf(piece),
  decode: (ids) => ids.map((id) => pieces[id]).join(" "),
  maskId: 8,
};
const encoded: EncodedText = {
  ids: [0, 1, 2, 3, 4, 5, 6, 7],
  tokens: pieces.slice(0, 8),
  typeIds: [0, 0, 0, 1, 1, 1, 1, 1],
  isContext: [false, false, false, true, true, true, true, false],
};
const answer = { task: "question-answering", labels: [] } as const;

test("the answer is the span of surviving context tokens with the largest start and end", () => {
  // Start and end logits of tokens 0, 1, 3, 5, 6, 7; the question and the marks are no answer however large.
  const logits = Float32Array.of(9, 9, 9, 9, 1, 0, 4, 1, 2, 5, 9, 9);
  const outputTokens = [0, 1, 3, 5, 6, 7];
  expect(predictionOf(answer, { logits, outputTokens }, encoded, tokenizer)).toEqual({
    kind: "span",
    answer: "to rome",
    firstToken: 5,
    lastToken: 6,
    score: 9,
  });
});

test("an end before its start, and a context that is gone, are no answer", () => {
  const backwards = predictionOf(
    answer,
    { logits: Float32Array.of(0, 9, 9, 0), outputTokens: [3, 5] },
    encoded,
    tokenizer,
  );
  expect(backwards).toMatchObject({ answer: "he", score: 9 });
  const gone = predictionOf(answer, { logits: Float32Array.of(1, 1), outputTokens: [1] }, encoded, tokenizer);
  expect(gone).toMatchObject({ answer: "", score: 0 });
});

test("each mask token that is left gets its candidates, the most probable first", () => {
  const masked = { ...encoded, ids: [0, 8, 2] };
  const task = { task: "masked-language-model", labels: [] } as const;
  const logits = Float32Array.from({ length: 2 * 9 }, (_, index) => (index === 9 + 4 ? 5 : 0));
  const prediction = predictionOf(task, { logits, outputTokens: [0, 1] }, masked, tokenizer);
  if (prediction.kind !== "mask") throw new Error(prediction.kind);
  expect(prediction.fills).toHaveLength(1);
  expect(prediction.fills[0]!.position).toBe(1);
  expect(prediction.fills[0]!.candidates[0]!.piece).toBe("went");
  expect(prediction.fills[0]!.candidates).toHaveLength(5);
});

test("a regression is its one output, an embedding the vector itself", () => {
  const run = { logits: Float32Array.of(2.5), outputTokens: [0] };
  expect(predictionOf({ task: "regression", labels: ["x"] }, run, encoded, tokenizer)).toEqual({
    kind: "regression",
    value: 2.5,
  });
  expect(predictionOf({ task: "embedding", labels: [] }, run, encoded, tokenizer)).toEqual({
    kind: "embedding",
    vector: run.logits,
  });
});
