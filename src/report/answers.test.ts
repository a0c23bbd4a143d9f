import { expect, test } from "vitest";
import { answersOf } from "./answers.ts";

test("classes are the same by name, whatever their probability", () => {
  const dense = { kind: "classification", label: "weather", probability: 0.9, logits: [1, 2] } as const;
  const { isSame, pruned } = answersOf(dense, { ...dense, probability: 0.5 });
  expect(isSame).toBe(true);
  expect(pruned).toEqual({ said: "weather", detail: "50.00 %" });
  expect(answersOf(dense, { ...dense, label: "time" }).isSame).toBe(false);
});

test("an embedding tells how far pruning moved it", () => {
  const dense = { kind: "embedding", vector: [1, 0] } as const;
  const { pruned, isSame } = answersOf(dense, { kind: "embedding", vector: [0.6, 0.8] });
  expect(pruned).toEqual({ said: "unit vector of 2", detail: "cosine to dense 0.6000" });
  expect(isSame).toBe(true);
});

test("numbers, answers and masks are told in words", () => {
  const number = answersOf({ kind: "regression", value: 3.75 }, { kind: "regression", value: 3.5 });
  expect([number.dense.said, number.pruned.said, number.isSame]).toEqual(["3.750", "3.500", false]);
  const span = { kind: "span", answer: "in rome", firstToken: 4, lastToken: 5, score: 7.25 } as const;
  const none = { ...span, answer: "", lastToken: 3 } as const;
  expect(answersOf(span, none)).toEqual({
    dense: { said: "in rome", detail: "score 7.25" },
    pruned: { said: "(no answer)", detail: "" },
    isSame: false,
  });
  const fill = {
    kind: "mask",
    fills: [{ position: 2, candidates: [{ piece: "sun", probability: 0.25 }] }],
  } as const;
  expect(answersOf(fill, fill).dense).toEqual({ said: "sun", detail: "25.00 %" });
});
