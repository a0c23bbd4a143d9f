import { describe, expect, it } from "vitest";
import { isSpattenError } from "../../base/errors.ts";
import { TraceReader } from "./trace-reader.ts";

function readAll(text: string) {
  const reader = new TraceReader("t.trace", 1 << 20);
  for (const line of text.split("\n")) reader.readLine(line);
  return reader.finish();
}

describe("a trace", () => {
  it("is an address a line, decimal or hexadecimal", () => {
    expect(readAll("0\n32\n0x40\n")).toEqual({ addresses: Float64Array.of(0, 32, 64) });
  });

  it("may say R or W, and hold comments", () => {
    expect(readAll("# mine\nR 32\nW 0x20\n\nw,64")).toEqual({
      addresses: Float64Array.of(32, 32, 64),
      isWrite: Uint8Array.of(0, 1, 1),
    });
  });

  it("may be long", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index * 32}`).join("\n");
    expect(readAll(lines).addresses.at(-1)).toBe(4999 * 32);
  });

  it.each(["-1", "1.5", "X 3", "R", "R 1 2", "1e3", "nine", "0x", "1048576", "99999999999999999"])(
    "is refused with its line number at %s",
    (line) => {
      let caught: unknown;
      try {
        readAll(`0\n${line}`);
      } catch (error) {
        caught = error;
      }
      expect(isSpattenError(caught) && caught.code === "input" && caught.message).toContain(
        "t.trace, line 2: ",
      );
    },
  );

  it("needs a request", () => {
    expect(() => readAll("# nothing")).toThrow("no request");
  });
});
