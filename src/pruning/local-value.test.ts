import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keptValueCount, keptValues } from "./local-value.ts";
import { topKIndicesReference } from "./top-k.reference.ts";

const floor = { keepRatio: 0.2, rounding: "floor", minimumCount: 1 } as const;

describe("local value pruning", () => {
  it("gives the counts of the released GPT-2 traces", () => {
    expect([1024, 921, 716, 204, 102].map((keys) => keptValueCount(floor, keys))).toEqual([
      204, 184, 143, 40, 20,
    ]);
  });

  it("keeps the minimum where there are as many, and never more than there are", () => {
    expect(keptValueCount(floor, 3)).toBe(1);
    expect(keptValueCount({ ...floor, minimumCount: 5 }, 3)).toBe(3);
    expect(keptValueCount(floor, 0)).toBe(0);
    expect(() => keptValueCount(floor, 1.5)).toThrow("key count is out of range");
  });

  it("keeps the largest probabilities", () => {
    const rows = fc.float32Array({ minLength: 1, maxLength: 30, noNaN: true, min: 0, max: 1 });
    fc.assert(
      fc.property(
        rows.chain((row) => fc.tuple(fc.constant(row), fc.nat(row.length))),
        ([row, count]) => {
          const kept = keptValues(row, count);
          expect([...kept]).toEqual(topKIndicesReference([...row], count));
        },
      ),
    );
  });
});
