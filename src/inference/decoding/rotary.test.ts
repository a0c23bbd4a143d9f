import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { createRotary } from "./rotary.ts";

const cases = fc.record({
  seed: fc.nat(10_000),
  half: fc.integer({ min: 1, max: 8 }),
  base: fc.double({ min: 2, max: 1e6, noNaN: true }),
  position: fc.nat(5000),
  headCount: fc.integer({ min: 1, max: 3 }),
});

const drawn = (length: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => 4 * (random.next() - 0.5));
};
const turned = (numbers: Float32Array, dimension: number, base: number, position: number) => {
  const copy = numbers.slice();
  createRotary(dimension, base).turn(copy, 0, 1, position);
  return copy;
};
const inner = (left: Float32Array, right: Float32Array) =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);

describe("rotary positions", () => {
  it("multiply each pair, as a complex number, by e^(i · position / base^(2 pair / dimension))", () => {
    fc.assert(
      fc.property(cases, ({ seed, half, base, position, headCount }) => {
        const dimension = 2 * half;
        const numbers = drawn(headCount * dimension + 2, seed);
        const result = numbers.slice();
        // Two numbers in front belong to others.
        createRotary(dimension, base).turn(result, 2, headCount, position);
        expect([...result.subarray(0, 2)]).toEqual([...numbers.subarray(0, 2)]);
        for (let head = 0; head < headCount; head++) {
          for (let pair = 0; pair < half; pair++) {
            const at = 2 + head * dimension + pair;
            const [real, imaginary] = [numbers[at]!, numbers[at + half]!];
            const size = Math.hypot(real, imaginary);
            const angle = Math.atan2(imaginary, real) + position / base ** (pair / half);
            expect(result[at]).toBeCloseTo(size * Math.cos(angle), 5);
            expect(result[at + half]).toBeCloseTo(size * Math.sin(angle), 5);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("leave an inner product that depends on the distance alone", () => {
    fc.assert(
      fc.property(cases, fc.nat(500), fc.nat(500), ({ seed, half, base }, shift, distance) => {
        const dimension = 2 * half;
        const [query, key] = [drawn(dimension, seed), drawn(dimension, seed + 1)];
        const at = (place: number) =>
          inner(turned(query, dimension, base, place + distance), turned(key, dimension, base, place));
        expect(at(shift)).toBeCloseTo(at(0), 4);
      }),
      { numRuns: 50 },
    );
  });

  it("turn nothing at position 0, and change no length anywhere", () => {
    const numbers = drawn(16, 5);
    expect([...turned(numbers, 16, 100, 0)]).toEqual([...numbers]);
    const far = turned(numbers, 16, 100, 4321);
    expect(inner(far, far)).toBeCloseTo(inner(numbers, numbers), 4);
    expect([...far]).not.toEqual([...numbers]);
  });
});
