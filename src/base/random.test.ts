import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";
import { geomean, mean } from "./statistics.ts";

describe("seeded random numbers", () => {
  it("repeat with the seed and differ without it", () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("are uniform: mean 1/2, and every face of a die one time in six", () => {
    const random = createRandom(1);
    const draws = Array.from({ length: 60_000 }, () => random.next());
    expect(mean(draws)).toBeCloseTo(0.5, 2);
    const faces = new Array<number>(6).fill(0);
    for (let roll = 0; roll < 60_000; roll++) faces[random.integer(6)]!++;
    for (const count of faces) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe("averages", () => {
  it("are geometric where the papers' are", () => {
    expect(geomean([1, 10, 100])).toBeCloseTo(10, 12);
    expect(() => geomean([])).toThrow("an empty list");
    expect(() => geomean([1, 0])).toThrow("got 0");
    expect(() => geomean([Number.NaN])).toThrow("NaN");
  });
});
