import { describe, expect, it } from "vitest";
import type { TextRun } from "../inference/text-model.ts";
import { measureAccuracy } from "./accuracy.ts";
import { parseClinc150 } from "./datasets/clinc150.ts";

/** A run that answers with the last word and keeps half of the tokens in its second layer. */
async function lastWord(text: string): Promise<TextRun> {
  const tokens = text.split(" ");
  const layer = (count: number, heads: number) => ({
    tokens: tokens.slice(0, count),
    heads: new Array(heads),
  });
  return {
    tokens,
    prediction: { kind: "classification", label: tokens.at(-1) },
    layers: [layer(4, 4), layer(2, 1)],
  } as unknown as TextRun;
}

describe("accuracy", () => {
  it("counts right answers and what the layers worked on", async () => {
    const progress: string[] = [];
    const result = await measureAccuracy(
      lastWord,
      [
        { text: "a b c yes", label: "yes" },
        { text: "a b c no", label: "yes" },
      ],
      { onProgress: ({ done, total }) => progress.push(`${done}/${total}`) },
    );
    expect(result).toEqual({
      correctCount: 1,
      totalCount: 2,
      accuracyRatio: 0.5,
      meanTokenKeepRatio: 0.75,
      meanHeadKeepRatio: 0.625,
    });
    expect(progress).toEqual(["1/2", "2/2"]);
  });

  it("reads the in-scope parts of CLINC150 and refuses another file", () => {
    const rows = (text: string) => [[text, "greeting"]];
    const file = { train: rows("hi"), val: rows("hello"), test: rows("hey"), oos_test: rows("what") };
    expect(parseClinc150(file, "file")).toEqual({
      train: [{ text: "hi", label: "greeting" }],
      validation: [{ text: "hello", label: "greeting" }],
      test: [{ text: "hey", label: "greeting" }],
    });
    expect(() => parseClinc150({ train: [["hi"]], val: [], test: [] }, "file")).toThrow(/file at train\.0/);
  });
});
