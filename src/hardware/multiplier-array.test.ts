import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../base/random.ts";
import { probabilityValueReference, queryKeyReference } from "./multiplier-array.reference.ts";
import {
  MultiplierArray,
  probabilityValueLatencyCycles,
  queryKeyLatencyCycles,
  scoresPerCycle,
} from "./multiplier-array.ts";

const randomCodes = (random: Random, count: number) =>
  Int16Array.from({ length: count }, () => random.integer(4096) - 2048);

/** Any array that a head fits. */
const randomShape = (random: Random) => {
  const multiplierCount = 1 + random.integer(40);
  const headDimension = 1 + random.integer(multiplierCount);
  return { multiplierCount, headDimension, softmaxParallelism: 1 + random.integer(8) };
};

describe("the multiplier array", () => {
  it("gives at most 8 scores a cycle at Table I: min(floor(512 / D), 8)", () => {
    const { parameters } = new MultiplierArray();
    const rates = [16, 32, 64, 80, 96, 128, 300, 512].map((dimension) =>
      scoresPerCycle(parameters, dimension),
    );
    expect(rates).toEqual([8, 8, 8, 6, 5, 4, 1, 1]);
    expect(() => scoresPerCycle(parameters, 513)).toThrow(
      "512 for heads of 513 elements; expected at least 513",
    );
    expect([queryKeyLatencyCycles(parameters), probabilityValueLatencyCycles(parameters)]).toEqual([11, 3]);
  });

  it("multiplies queries by keys as its structural twin does, on 10,000 random heads, cycles too", () => {
    const random = createRandom(18);
    for (let run = 0; run < 10_000; run++) {
      const { headDimension, ...shape } = randomShape(random);
      const array = new MultiplierArray(shape);
      const query = randomCodes(random, headDimension);
      const keys = randomCodes(random, headDimension * random.integer(12));
      const { results, cycles } = array.queryKey(query, keys);
      const lines = queryKeyReference(shape.multiplierCount, shape.softmaxParallelism, query, keys);
      expect(cycles).toBe(lines.length);
      const expected = lines.flat();
      expect(results.length).toBe(expected.length);
      if (results.some((score, key) => score !== expected[key]))
        expect(Array.from(results)).toEqual(expected);
      const { multiplies, idleMultipliers } = array.counters.events;
      expect(multiplies + idleMultipliers).toBe(cycles * shape.multiplierCount);
    }
  });

  it("multiplies probabilities by values as its structural twin does, on 10,000 random heads, cycles too", () => {
    const random = createRandom(19);
    for (let run = 0; run < 10_000; run++) {
      const { headDimension, multiplierCount } = randomShape(random);
      const array = new MultiplierArray({ multiplierCount });
      const probabilities = randomCodes(random, 1 + random.integer(10));
      const values = randomCodes(random, headDimension * probabilities.length);
      const { results, cycles } = array.probabilityValue(probabilities, values, headDimension);
      const sums = probabilityValueReference(multiplierCount, probabilities, values, headDimension);
      expect(cycles).toBe(sums.length);
      const expected = sums.at(-1)!;
      if (results.some((sum, index) => sum !== expected[index]))
        expect(Array.from(results)).toEqual(expected);
    }
  });

  it("is exact at the largest operands, and refuses wider ones", () => {
    const lowest = new Int16Array(512).fill(-2048);
    expect(new MultiplierArray().queryKey(lowest, lowest).results).toEqual(Float64Array.of(2 ** 31));
    expect(() => new MultiplierArray().queryKey(Int16Array.of(2048), Int16Array.of(1))).toThrow(
      "query element 0 is wider than the multipliers; got 2048; expected from -2048 to 2047",
    );
  });
});
