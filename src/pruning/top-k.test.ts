import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { topKIndicesReference, topKThresholdReference } from "./top-k.reference.ts";
import { topKIndices, topKThreshold } from "./top-k.ts";

const anyNumbers = fc.array(
  fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, 2, Infinity, -Infinity)),
  { maxLength: 60 },
);
const cases = anyNumbers.chain((values) => fc.tuple(fc.constant(values), fc.nat(values.length)));

describe("top-k", () => {
  it("equals a stable sort on any numbers, infinities and both zeros included", () => {
    fc.assert(
      fc.property(cases, ([values, k]) => {
        expect([...topKIndices(values, k)]).toEqual(topKIndicesReference(values, k));
        expect(topKThreshold(values, k)).toEqual(topKThresholdReference(values, k));
      }),
      { numRuns: 1000 },
    );
  });

  it("equals a stable sort on 100,000 random arrays with ties", () => {
    const random = createRandom(1);
    for (let run = 0; run < 100_000; run++) {
      const values = Array.from({ length: 1 + random.integer(12) }, () => random.integer(6));
      const k = random.integer(values.length + 1);
      const kept = topKIndices(values, k);
      const { threshold, equalCount } = topKThreshold(values, k);
      const wanted = topKIndicesReference(values, k);
      const reference = topKThresholdReference(values, k);
      const same = kept.length === wanted.length && wanted.every((index, place) => kept[place] === index);
      if (!same || threshold !== reference.threshold || equalCount !== reference.equalCount) {
        expect.fail(`[${values}], k = ${k}: kept ${kept}, threshold ${threshold}, equals ${equalCount}`);
      }
    }
  });

  it.each([
    ["ascending", (index: number) => index],
    ["descending", (index: number) => -index],
    ["organ pipe", (index: number) => Math.min(index, 9999 - index)],
    ["saw", (index: number) => index % 7],
    ["all equal", () => 3],
  ])("copes with the order that slows a naive quickselect: %s", (_name, valueAt) => {
    const values = Array.from({ length: 10_000 }, (_, index) => valueAt(index));
    for (const k of [1, 2, 4999, 9999, 10_000]) {
      expect([...topKIndices(values, k)]).toEqual(topKIndicesReference(values, k));
    }
  });

  it("finds nothing for k = 0 and everything for k = n", () => {
    expect(topKThreshold([1, 2], 0)).toEqual({ threshold: Infinity, equalCount: 0 });
    expect([...topKIndices([Infinity, 2], 0)]).toEqual([]);
    expect([...topKIndices([1, 2, 1], 3)]).toEqual([0, 1, 2]);
    expect([...topKIndices([], 0)]).toEqual([]);
  });

  it("reads typed arrays and leaves them as they were", () => {
    const values = Float32Array.of(3, 1, 2);
    expect([...topKIndices(values, 2)]).toEqual([0, 2]);
    expect([...values]).toEqual([3, 1, 2]);
  });

  it("names the index of a NaN, and refuses a k that cannot be", () => {
    expect(() => topKThreshold([1, Number.NaN], 1)).toThrow("value 1 is not a number");
    expect(() => topKIndices([Number.NaN], 0)).toThrow("value 0 is not a number");
    for (const k of [-1, 3, 0.5, Number.NaN])
      expect(() => topKIndices([1, 2], k)).toThrow("k is out of range");
  });
});
