import { describe, expect, it } from "vitest";
import { createTextStream } from "./text-stream.ts";

/** Tokens as single bytes of UTF-8: the hardest case for characters. */
const decodeBytes = (ids: readonly number[]) => new TextDecoder().decode(Uint8Array.from(ids));
const bytesOf = (text: string) => [...new TextEncoder().encode(text)];

function streamed(text: string, stops: readonly string[] = []) {
  const stream = createTextStream(decodeBytes, stops);
  const parts: string[] = [];
  for (const byte of bytesOf(text)) {
    const { text: part, isStopped } = stream.push(byte);
    parts.push(part);
    if (isStopped) return { parts, isStopped };
  }
  return { parts: [...parts, stream.end()], isStopped: false };
}

describe("a stream of text", () => {
  it("gives the whole text, and never a half of a character", () => {
    const text = "naïve 日本 👩‍🚀 ends";
    const { parts } = streamed(text);
    expect(parts.join("")).toBe(text);
    for (const part of parts) expect(part).not.toContain("\uFFFD");
  });

  it.each([
    ["one two STOP three", ["STOP"], "one two "],
    ["one two STOP three", ["three", "TOP"], "one two S"],
    ["a\n\nb", ["\n\n"], "a"],
    ["STOP", ["STOP"], ""],
  ])("of %j ends before the first of %j", (text, stops, expected) => {
    const { parts, isStopped } = streamed(text, stops);
    expect([parts.join(""), isStopped]).toEqual([expected, true]);
  });

  it("holds back what may become a stop, and gives it when it does not", () => {
    const { parts, isStopped } = streamed("STO STO", ["STOP"]);
    expect([parts.join(""), isStopped]).toEqual(["STO STO", false]);
    expect(parts.slice(0, 3).join("")).toBe("");
  });

  it("stops in the middle of a token", () => {
    const pieces = ["Hello", ", wor", "ld!", " more"];
    const stream = createTextStream((ids) => ids.map((id) => pieces[id]).join(""), ["rld"]);
    const parts = [0, 1, 2].map((id) => stream.push(id));
    expect(parts.map(({ text }) => text).join("")).toBe("Hello, wo");
    expect(parts.at(-1)!.isStopped).toBe(true);
  });
});
