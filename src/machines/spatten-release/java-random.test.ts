import { describe, expect, it } from "vitest";
import { JavaRandom } from "./java-random.ts";

describe("java.util.Random", () => {
  it("gives the first numbers that Java gives for seed 42", () => {
    const random = new JavaRandom(42);
    expect([random.nextInt(), random.nextInt()]).toEqual([-1170105035, 234785527]);
    const below = new JavaRandom(42);
    expect(Array.from({ length: 5 }, () => below.nextIntBelow(10))).toEqual([0, 3, 8, 4, 0]);
  });

  it("equals the definition in 48-bit integers, for bounds of every kind", () => {
    const fast = new JavaRandom(1);
    const exact = exactRandom(1n);
    for (const bound of [1, 2, 7, 64, 1000, 1 << 30, (1 << 30) + 1, 0x7fff_ffff]) {
      for (let repeat = 0; repeat < 50; repeat++) {
        expect(fast.nextInt()).toBe(exact.nextInt());
        expect(fast.nextIntBelow(bound)).toBe(exact.nextIntBelow(bound));
      }
    }
  });

  it("shuffles without losing an item", () => {
    const items = Array.from({ length: 40 }, (_, index) => index);
    new JavaRandom(7).shuffle(items);
    expect(items.toSorted((left, right) => left - right)).toEqual(items.map((_, index) => index));
    expect(items).not.toEqual(items.toSorted((left, right) => left - right));
  });
});

function exactRandom(seed: bigint) {
  let state = (seed ^ 0x5deece66dn) & ((1n << 48n) - 1n);
  const next = (bits: bigint): number => {
    state = (state * 0x5deece66dn + 11n) & ((1n << 48n) - 1n);
    return Number(BigInt.asIntN(32, state >> (48n - bits)));
  };
  return {
    nextInt: () => next(32n),
    nextIntBelow(bound: number): number {
      if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(next(31n))) >> 31n);
      for (;;) {
        const bits = next(31n);
        const value = bits % bound;
        if (((bits - value + (bound - 1)) | 0) >= 0) return value;
      }
    },
  };
}
