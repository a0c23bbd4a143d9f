import { describe, expect, it } from "vitest";
import { progressPrinter } from "./progress.ts";

function printed(
  isTTY: boolean,
  steps: readonly (readonly [milliseconds: number, stage: string, done: number])[],
) {
  let now = 0;
  let text = "";
  const stream = { isTTY, write: (piece: string) => (text += piece) };
  const printer = progressPrinter(stream, () => now);
  for (const [milliseconds, stage, done] of steps) {
    now = milliseconds;
    printer.report({ stage, done, total: 100 });
  }
  printer.end();
  return text;
}

describe("progress", () => {
  it("says nothing of what is over within a second", () => {
    expect(
      printed(true, [
        [100, "a", 50],
        [900, "a", 100],
      ]),
    ).toBe("");
  });

  it("shows rate and time left of the stage at hand, on one line of a terminal", () => {
    const text = printed(true, [
      [0, "a", 0],
      [1000, "a", 50],
      [1050, "a", 55],
      [2000, "b", 0],
      [2500, "b", 25],
    ]);
    expect(text).toBe(
      "\r\u001b[Ka: 50 of 100, 50 a second, 1.0 s left" +
        "\r\u001b[Kb: 0 of 100" +
        "\r\u001b[Kb: 25 of 100, 50 a second, 1.5 s left\r\u001b[K",
    );
  });

  it("prints plain lines, seldom, elsewhere", () => {
    const text = printed(false, [
      [0, "a", 0],
      [2000, "a", 20],
      [3000, "a", 30],
      [7000, "a", 70],
    ]);
    expect(text).toBe("a: 20 of 100, 10 a second, 8.0 s left\na: 70 of 100, 10 a second, 3.0 s left\n");
  });
});
