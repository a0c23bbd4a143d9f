import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { EXPONENTIAL_RELATIVE_ERROR, exponentialTaylor5 } from "./exponential.ts";

test("the exponential comes within its stated error of Math.exp, and needs nearly all of it", () => {
  const random = createRandom(20);
  let largestError = 0;
  for (let run = 0; run < 200_000; run++) {
    const argument = Math.fround((random.next() - 0.5) * 2 * (run % 2 === 0 ? 1 : 87));
    const exact = Math.exp(argument);
    largestError = Math.max(largestError, Math.abs(exponentialTaylor5(argument) / exact - 1));
  }
  expect(largestError).toBeLessThan(EXPONENTIAL_RELATIVE_ERROR);
  expect(largestError).toBeGreaterThan(EXPONENTIAL_RELATIVE_ERROR * 0.95);
});

test("the exponential is exact at 0 and ends where float32 does", () => {
  expect([0, -88, 89, -Infinity].map(exponentialTaylor5)).toEqual([1, 0, Infinity, 0]);
});
