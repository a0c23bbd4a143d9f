import { expect, test } from "vitest";
import { valuesOfSums, wholeMultiples } from "./code-scores.ts";

const step = 1 / 2047;

test("sums of codes that are equal stay equal as scores, however they were added up", () => {
  for (let first = 0; first < 3000; first += 7) {
    const sums = valuesOfSums(Float64Array.of(first, 5000 - first, 5000), step);
    const scores = wholeMultiples(Float64Array.of(sums[0]! + sums[1]!, sums[2]!), step);
    expect(scores[0]).toBe(scores[1]);
  }
});

test("scores that are no sums of codes stay what they are", () => {
  const scores = Float64Array.of(0.1234567, 0.5);
  expect(wholeMultiples(scores, step)).toEqual(scores);
  expect(wholeMultiples(scores, 1)).toBe(scores);
});
