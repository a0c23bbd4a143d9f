import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { quickSelectTopK } from "./quick-select.ts";
import { topKThresholdReference } from "./top-k.reference.ts";

describe("the top-k engine's quick-select", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))("gives Fig. 9 with any pivots (seed %i)", (seed) => {
    const { threshold, equalCount } = quickSelectTopK([0.6, 0.1, 0.5, 1.2, 0.6], 3, createRandom(seed));
    expect({ threshold, equalCount }).toEqual({ threshold: 0.6, equalCount: 2 });
  });

  it("equals a sort on any numbers, infinities and both zeros included", () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, Infinity, -Infinity));
    const cases = fc
      .array(number, { maxLength: 40 })
      .chain((values) => fc.tuple(fc.constant(values), fc.nat(values.length), fc.integer()));
    fc.assert(
      fc.property(cases, ([values, k, seed]) => {
        const { threshold, equalCount, passes } = quickSelectTopK(values, k, createRandom(seed));
        expect({ threshold, equalCount }).toEqual(topKThresholdReference(values, k));
        // Each pass streams what one FIFO of the pass before held: fewer, since the pivot itself is in neither.
        expect(passes[0]).toBe(k === 0 ? undefined : values.length);
        expect(passes.every((count, pass) => pass === 0 || (count > 0 && count < passes[pass - 1]!))).toBe(
          true,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("equals a sort on 100,000 random arrays with ties", () => {
    const random = createRandom(2);
    for (let run = 0; run < 100_000; run++) {
      const values = Array.from({ length: 1 + random.integer(12) }, () => random.integer(6));
      const k = random.integer(values.length + 1);
      const { threshold, equalCount } = quickSelectTopK(values, k, random);
      const reference = topKThresholdReference(values, k);
      if (threshold !== reference.threshold || equalCount !== reference.equalCount) {
        expect.fail(`[${values}], k = ${k}: threshold ${threshold}, equals ${equalCount}`);
      }
    }
  });

  it("streams once where all are equal, and not at all for k = 0", () => {
    expect(quickSelectTopK([2, 2, 2], 2, createRandom(0))).toEqual({
      threshold: 2,
      equalCount: 2,
      passes: [3],
    });
    expect(quickSelectTopK([1, 2], 0, createRandom(0))).toEqual({
      threshold: Infinity,
      equalCount: 0,
      passes: [],
    });
  });

  it("reaches k = n, where the printed algorithm runs out of elements", () => {
    const { threshold, equalCount } = quickSelectTopK([3, 1, 2], 3, createRandom(0));
    expect({ threshold, equalCount }).toEqual({ threshold: 1, equalCount: 1 });
  });

  it("names the index of a NaN, and refuses a k that cannot be", () => {
    expect(() => quickSelectTopK([1, Number.NaN], 1, createRandom(0))).toThrow("value 1 is not a number");
    expect(() => quickSelectTopK([1], 2, createRandom(0))).toThrow("k is out of range");
  });
});
