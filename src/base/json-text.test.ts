import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonFault } from "./json-fault.ts";
import { findDuplicateKey, parseJsonText } from "./json-text.ts";

const context = { code: "checkpoint", what: "config.json", where: "model" } as const;

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonFault", () => {
  test("finds nothing in what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, null, indent))).toBeUndefined();
      }),
    );
  });

  test("agrees with JSON.parse on every text", () => {
    const fragments = fc.constantFrom(
      ...[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        '"',
        '"a"',
        "\\",
        "\\u12",
        "\\u00e9",
        "\\n",
        "-",
        "0",
        "01",
        "1.5",
        "1.",
        "e",
        "E+2",
        "true",
        "nul",
        "null",
        "\t",
        "é",
      ],
    );
    const mutated = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom("", ",", "}", '"', "0", "\\"))
      .map(([value, at, inserted]) => {
        const text = JSON.stringify(value);
        const offset = at % (text.length + 1);
        return text.slice(0, offset) + inserted + text.slice(offset + 1);
      });
    const anyText = fc.oneof(
      fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join("")),
      mutated,
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(findJsonFault(text) === undefined).toBe(parses(text));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("parseJsonText", () => {
  test.each([
    [
      '{"a": 1,\n "b": NaN}',
      'model: line 2, column 7: config.json is not JSON; got "NaN}"; expected a value (JSON has neither NaN nor Infinity)',
    ],
    ["", "model: line 1, column 1: config.json is not JSON; got the end of the text; expected more text"],
    ['{"a": 1', 'model: line 1, column 8: config.json is not JSON; got the end of the text; expected "}"'],
    [
      "{'a': 1}",
      `model: line 1, column 2: config.json is not JSON; got "'a': 1}"; expected a key in double quotes`,
    ],
    ["[1 2]", 'model: line 1, column 4: config.json is not JSON; got "2]"; expected "," or "]"'],
    ["[".repeat(101) + "]".repeat(101), "model: config.json is nested too deep; expected at most 100 levels"],
  ])("says where %j goes wrong", (text, message) => {
    expect(() => parseJsonText(text, context)).toThrow(
      expect.objectContaining({ message, code: "checkpoint" }),
    );
  });

  test("bears any depth", () => {
    for (const text of ["[".repeat(3e6), "[".repeat(1e6) + "]".repeat(1e6), '{"a":'.repeat(1e6)]) {
      expect(() => parseJsonText(text, context)).toThrow(expect.objectContaining({ name: "SpattenError" }));
    }
  });

  test("lets a byte order mark pass", () => {
    expect(parseJsonText("\uFEFF[1]", context)).toEqual([1]);
  });
});

test("findDuplicateKey finds a key that stands twice in one object, however it is written", () => {
  expect(findDuplicateKey('{"a":1,"b":{"a":2,"c":["a","a",":"]},"d":"a"}')).toBeUndefined();
  expect(findDuplicateKey('{"a":{"x":1},"\\u0061" : 2}')).toBe("a");
  expect(findDuplicateKey('{"t":{"shape":[1],"shape":[2]}}')).toBe("shape");
  expect(findDuplicateKey('{"__proto__":1,"__proto__":2}')).toBe("__proto__");
});
