import { expect, it } from "vitest";
import { trimmedMean } from "./statistics.ts";

it("drops as many values at either end, and counts the others", () => {
  expect(trimmedMean([1000, 2, 3, 4, 5, 6, -1000], 0.15)).toBe(4);
  expect(trimmedMean([1, 2, 9], 0.15)).toBe(4);
  expect(trimmedMean([7], 0.49)).toBe(7);
  expect(() => trimmedMean([], 0.1)).toThrow(/no value/);
});
