import { expect, it } from "vitest";
import { createExponentTables } from "./exponent-tables.ts";

it.each([
  [4, 4],
  [3, 3],
  [2, 6],
])(
  "i = %i, f = %i: two tables come within 1.6 steps of the exponential at every address",
  (integerBits, fractionBits) => {
    const tables = createExponentTables({ integerBits, fractionBits });
    const one = 2 ** (2 * fractionBits);
    let [worst, largestRise] = [0, 0];
    let before = one;
    for (let distance = 0; distance < 2 ** (2 * (integerBits + fractionBits)); distance++) {
      const code = tables.exponential(distance);
      const exact = Math.min(one - 1, one * Math.exp(-distance / one));
      worst = Math.max(worst, Math.abs(code - exact));
      // A step of the high half may lie a rounding above the last of the low half.
      expect(code).toBeLessThanOrEqual(before + 1);
      before = code;
    }
    // Half a step of each table (each at most 1), their product, and half a step of the result.
    expect(worst).toBeLessThanOrEqual(0.5 + 0.5 + 0.25 / one + 0.5);
    // A step of the high half may lie a rounding above the last of the low half.
    expect(largestRise).toBeLessThanOrEqual(1);
    expect(tables.high.length + tables.low.length).toBe(2 ** (integerBits + fractionBits + 1));
  },
);

it("saturates: 1 is the largest code, and distances beyond the table are its last entry", () => {
  const { exponential, largestCode } = createExponentTables();
  expect(exponential(0)).toBe(255);
  expect(largestCode).toBe(255);
  expect(exponential(1e9)).toBe(exponential(2 ** 16 - 1));
  expect(() => createExponentTables({ integerBits: 9 })).toThrow("a number from 1 to 8");
});
