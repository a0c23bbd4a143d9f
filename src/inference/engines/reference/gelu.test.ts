import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erf, erfSeries, gelu } from "./gelu.ts";

describe("erf and GELU", () => {
  it("interpolates the series to 1e-9", () => {
    fc.assert(
      fc.property(fc.double({ min: -4.9, max: 4.9, noNaN: true }), (x) => {
        expect(Math.abs(erf(x) - erfSeries(x))).toBeLessThan(1e-9);
      }),
      { numRuns: 2000 },
    );
  });

  it("agrees with tabulated values of erf", () => {
    for (const [x, value] of [
      [0, 0],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [-1, -0.8427007929497149],
      [10, 1],
    ] as const) {
      expect(erf(x)).toBeCloseTo(value, 9);
    }
    expect(erf(Number.NaN)).toBeNaN();
  });

  it("is x for large x, 0 for very negative x, 0 at 0", () => {
    const values = Float32Array.of(-20, -1, 0, 1, 20);
    gelu(values);
    expect(values[0]).toBeCloseTo(0, 12);
    expect(values[1]).toBeCloseTo(-0.15865525, 6);
    expect(values[2]).toBe(0);
    expect(values[3]).toBeCloseTo(0.84134475, 6);
    expect(values[4]).toBe(20);
  });
});
