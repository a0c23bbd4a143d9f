import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { isSpattenError } from "./errors.ts";
import { editDistance, hintForName, nearestName } from "./nearest.ts";
import { describeValue, integerAtLeast, keepRatio, parseWith } from "./schema.ts";

const schema = z.strictObject({
  name: z.string(),
  part: z.strictObject({ keepRatio: keepRatio(), count: integerAtLeast(1) }),
  list: z.optional(z.array(integerAtLeast(0))),
  either: z.optional(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("one"), bits: z.int() }),
      z.strictObject({ kind: z.literal("two"), words: z.int() }),
    ]),
  ),
});
const good = { name: "x", part: { keepRatio: 0.5, count: 3 } };

function messageOf(value: unknown): string {
  try {
    parseWith(schema, value, { what: "thing", where: "thing.yaml" });
    return "accepted";
  } catch (error) {
    return isSpattenError(error) ? error.message : "another error";
  }
}

describe("parseWith", () => {
  it.each([
    [good, "accepted"],
    [
      { ...good, part: { keepRato: 0.5, count: 3 } },
      'thing.yaml at part: unknown key "keepRato" in thing (did you mean "keepRatio"?)',
    ],
    [
      { ...good, part: { keepRatio: 2, count: 3 } },
      "thing.yaml at part.keepRatio: invalid thing; got 2; expected a number above 0 to 1",
    ],
    [
      { ...good, part: { keepRatio: Number.NaN, count: 3 } },
      "thing.yaml at part.keepRatio: invalid thing; got NaN; expected a number",
    ],
    [
      { ...good, part: { keepRatio: 1, count: 0 } },
      "thing.yaml at part.count: invalid thing; got 0; expected a number of at least 1",
    ],
    [
      { ...good, part: { keepRatio: 1, count: 1.5 } },
      "thing.yaml at part.count: invalid thing; got 1.5; expected a whole number",
    ],
    [
      { ...good, list: [1, -1] },
      "thing.yaml at list.1: invalid thing; got -1; expected a number of at least 0",
    ],
    [
      { ...good, either: { kind: "one", bit: 1 } },
      'thing.yaml at either: unknown key "bit" in thing (did you mean "bits"?)',
    ],
    [null, "thing.yaml: invalid thing; got null; expected an object"],
    ["text", 'thing.yaml: invalid thing; got "text"; expected an object'],
  ])("says of %j what is wrong", (value, message) => {
    expect(messageOf(value)).toBe(message);
  });

  it("shows any value shortly, however deep", () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(describeValue(deep)).toBe("a list");
    expect(describeValue("x".repeat(1000)).length).toBeLessThan(70);
    expect(describeValue(undefined)).toBe("nothing");
  });
});

describe("nearest names", () => {
  it("counts edits", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("same", "same")).toBe(0);
  });

  it("offers what was probably meant, and else what there is", () => {
    expect(nearestName("spaten", ["spatten", "a3"])).toBe("spatten");
    expect(nearestName("zebra", ["spatten", "a3"])).toBeUndefined();
    expect(hintForName("zebra", ["spatten", "a3"])).toBe("known: spatten, a3");
  });
});
