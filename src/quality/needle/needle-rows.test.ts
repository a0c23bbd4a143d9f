import { describe, expect, it } from "vitest";
import { type NeedleProtocol, needleRows } from "./needle-rows.ts";

/** A model whose tokens are words. */
const words: string[] = [];
const idOf = (word: string): number => (words.includes(word) ? words.indexOf(word) : words.push(word) - 1);
const decoder = {
  name: "words",
  chatTemplate: "user {{ messages[0].content }} assistant",
  layout: { positionCount: 400 },
  tokenizer: { encodePlain: (text: string) => text.trim().split(/\s+/).map(idOf) },
} as unknown as Parameters<typeof needleRows>[0];
const textOf = (ids: readonly number[]) => ids.map((id) => words[id]).join(" ");

const sentences = Array.from({ length: 200 }, (_, at) => `This is sentence ${at}.`);
const split = {
  rows: [{ kind: "text" as const, where: "f", text: sentences.join(" ") }],
  documents: [],
};
const protocol: NeedleProtocol = {
  ...{ lengthTokenCounts: [80, 120], depthRatios: [0, 0.5, 1], drawCount: 2, seed: 3 },
};

describe("facts hidden in a text", () => {
  it("lie at their depth, in a prompt as long as it may be, and come again with their seed", () => {
    const rows = needleRows(decoder, split, protocol);
    expect(rows).toHaveLength(12);
    for (const { ids, value, lengthTokenCount, depthRatio } of rows) {
      expect(ids.length).toBeLessThanOrEqual(lengthTokenCount);
      expect(ids.length).toBeGreaterThan(lengthTokenCount - 4);
      const [hay, question] = textOf(ids).split(" What is the secret number of ");
      const parts = hay!.replace("user ", "").split(/(?<=\.) /);
      const at = parts.findIndex((part) => part.endsWith(` is ${value}.`));
      expect(at).toBe(Math.round(depthRatio * (parts.length - 1)));
      expect(question!.split("?")[0]).toBe(/number of (\w+) is/.exec(parts[at]!)![1]);
    }
    expect(needleRows(decoder, split, protocol)).toEqual(rows);
    expect(needleRows(decoder, split, { ...protocol, seed: 4 })).not.toEqual(rows);
  });

  it("are refused where model, grid or text do not allow them", () => {
    const rowsOf = (change: Partial<NeedleProtocol>) => () =>
      needleRows(decoder, split, { ...protocol, ...change });
    expect(rowsOf({ lengthTokenCounts: [380] })).toThrow("from 64 to 376 tokens");
    expect(rowsOf({ depthRatios: [2] })).toThrow("the depth of a hidden fact is out of range");
    expect(rowsOf({ drawCount: 0 })).toThrow("the number of draws");
    const short = { ...split, rows: [{ ...split.rows[0]!, text: "One. Two." }] };
    expect(() => needleRows(decoder, short, protocol)).toThrow("too short to hide a fact in");
    expect(() => needleRows({ ...decoder, chatTemplate: undefined }, split, protocol)).toThrow(
      "carries no chat template",
    );
  });
});
