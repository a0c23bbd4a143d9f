import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gatherTraces, generateTrace, SplitMix64 } from "./trace-generators.ts";

const WORD = 2n ** 64n;

/** The published algorithm on big integers. */
function* splitMix64(seed: bigint): Generator<bigint> {
  for (let state = seed; ; ) {
    state = (state + 0x9e3779b97f4a7c15n) % WORD;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) % WORD;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) % WORD;
    yield mixed ^ (mixed >> 31n);
  }
}

describe("trace generators", () => {
  it("draw what SplitMix64 draws", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 21 - 1 }), (seed, bound) => {
        const [low, below] = [new SplitMix64(seed), new SplitMix64(seed)];
        const draws = splitMix64(BigInt(seed));
        for (let draw = 0; draw < 20; draw++) {
          const expected = draws.next().value as bigint;
          expect(BigInt(low.nextLow())).toBe(expected % 2n ** 32n);
          expect(BigInt(low.lastHigh)).toBe(expected >> 32n);
          expect(below.nextBelow(bound)).toBe(Number(expected % BigInt(bound)));
        }
      }),
    );
  });

  it("give the addresses of dram.md", () => {
    expect([...generateTrace("seq-n4")!.addresses]).toEqual([0, 32, 64, 96]);
    expect([...generateTrace("stride16384-n3")!.addresses]).toEqual([0, 16384, 32768]);
    expect([...generateTrace("rand-n2")!.addresses]).toEqual([4954144, 31296736]);
    expect(generateTrace("stride536870912-n3")!.addresses).toEqual(Float64Array.of(0, 0, 0));
  });

  it("lay a gathered row over all blocks that it touches", () => {
    const [even, odd] = gatherTraces(48, 2, 2, 2);
    // Rows 0xAB10000 and 0xAB10030: blocks 0 and 1, then 1 and 2.
    expect([...even!, ...odd!].map((address) => address - 0xab10000 / 2)).toEqual([0, 32, 0, 0]);
  });

  it("refuse numbers out of range, and know nothing else", () => {
    for (const name of ["seq-n0", "rand-n999999999", "stride0-n4", "gather-v64-L8-keep9-ch2"])
      expect(() => generateTrace(name)).toThrow("out of range");
    expect(() => generateTrace("gather-v64-L8-keep2-ch3")).toThrow("power of two");
    expect(() => generateTrace("gather-v64-L8-keep2-ch2.ch2")).toThrow("out of range");
    for (const name of ["seq-4", "seq-n", "seq-n-4", "trace.txt", "xseq-n4"])
      expect(generateTrace(name)).toBeUndefined();
  });
});
