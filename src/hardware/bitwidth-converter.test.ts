import { describe, expect, it } from "vitest";
import { convertibleBits, joinLowCodes, unpackCodes } from "../base/arithmetic/bit-codes.ts";
import { createRandom, type Random } from "../base/random.ts";
import { joinBits, splitBits } from "../pruning/quantization.ts";
import { bytesAsInteger, converterReference, elementReference } from "./bitwidth-converter.reference.ts";
import { BitwidthConverter } from "./bitwidth-converter.ts";
import { countedCycles } from "./unit-counters.ts";

const randomBytes = (random: Random, count: number) =>
  Uint8Array.from({ length: count }, () => random.integer(256));

/** Any setting that 12 bits carry. */
const randomWidth = (random: Random) => {
  const elementBits = convertibleBits[random.integer(convertibleBits.length)]!;
  return { elementBits, lowBits: Math.min(12 - elementBits, random.integer(3) * 2) };
};

/** Codes as DRAM holds them. */
function pack(codes: ArrayLike<number>, bits: number): Uint8Array {
  let packed = 0n;
  for (let element = 0; element < codes.length; element++) {
    packed |= BigInt(codes[element]! & ((1 << bits) - 1)) << BigInt(element * bits);
  }
  return Uint8Array.from({ length: Math.ceil((codes.length * bits) / 8) }, (_, byte) =>
    Number((packed >> BigInt(8 * byte)) & 255n),
  );
}

describe("the bit-width converter", () => {
  it("reads any width at any bit as arithmetic on one big number does (10,000 streams)", () => {
    const random = createRandom(12);
    for (let run = 0; run < 10_000; run++) {
      const bytes = randomBytes(random, 4 + random.integer(12));
      const width = randomWidth(random);
      const bitOffset = random.integer(20);
      const count = Math.floor((bytes.length * 8 - bitOffset) / width.elementBits);
      const codes = unpackCodes(bytes, bitOffset, count, width);
      const packed = bytesAsInteger(bytes);
      for (let element = 0; element < count; element++) {
        const expected = elementReference(packed, bitOffset, element, width);
        if (codes[element] !== expected) expect(codes[element]).toBe(expected);
      }
    }
  });

  it("joins the low bits as pruning does, for every setting", () => {
    const random = createRandom(13);
    for (let run = 0; run < 2000; run++) {
      const lowBits = 2 + random.integer(5);
      const elementBits = convertibleBits[random.integer(convertibleBits.length)]!;
      const whole = Int16Array.from({ length: 9 }, () => random.integer(2 ** (elementBits + lowBits)));
      const shift = 32 - elementBits - lowBits;
      const codes = whole.map((code) => (code << shift) >> shift);
      const { mostSignificant, leastSignificant } = splitBits(codes, lowBits);
      const high = unpackCodes(pack(mostSignificant, elementBits), 0, 9, { elementBits, lowBits });
      const joined = joinLowCodes(high, pack(leastSignificant, lowBits), 0, lowBits);
      expect(joined).toEqual(codes);
      expect(joined).toEqual(joinBits(mostSignificant, leastSignificant, lowBits));
    }
  });

  it("equals its clocked twin on 10,000 random streams, cycle by cycle", () => {
    const random = createRandom(14);
    for (let run = 0; run < 10_000; run++) {
      const bytesPerCycle = 2 + random.integer(8);
      const elementsPerCycle = 1 + random.integer(10);
      const width = randomWidth(random);
      const bitOffset = random.integer(16);
      const chunks = Array.from({ length: 1 + random.integer(5) }, () =>
        randomBytes(random, 1 + random.integer(bytesPerCycle)),
      );
      const pauses = chunks.map(() => (random.next() < 0.6 ? 0 : random.integer(4)));
      const converter = new BitwidthConverter({ bytesPerCycle, elementsPerCycle });
      converter.start(width, bitOffset);
      const output: number[][] = [];
      let [next, pause] = [0, pauses[0]!];
      while (!converter.isIdle) {
        const offered = pause === 0 && converter.canPush ? chunks[next] : undefined;
        if (pause > 0) pause--;
        const codes = converter.cycle(offered, offered !== undefined && next === chunks.length - 1);
        output.push(Array.from(codes ?? []));
        if (offered !== undefined) pause = pauses[++next] ?? 0;
      }
      const expected = converterReference(chunks, pauses, bitOffset, width, elementsPerCycle);
      // The unit says in the cycle after its last codes that nothing is left.
      while (output.length > expected.length && output.at(-1)!.length === 0) output.pop();
      if (JSON.stringify(output) !== JSON.stringify(expected)) {
        expect(output, JSON.stringify({ bytesPerCycle, elementsPerCycle, width, bitOffset })).toEqual(
          expected,
        );
      }
      expect(countedCycles(converter.counters)).toBeGreaterThanOrEqual(expected.length);
    }
  });

  it("refuses widths that it or the datapath lacks", () => {
    const converter = new BitwidthConverter();
    expect(() => converter.start({ elementBits: 5, lowBits: 0 })).toThrow(
      "got 5 bits; expected 4, 6, 8, 10, 12",
    );
    expect(() => converter.start({ elementBits: 10, lowBits: 4 })).toThrow(
      "got 10 + 4 bits; expected at most 12",
    );
    new BitwidthConverter({ datapathBits: 16 }).start({ elementBits: 12, lowBits: 4 });
    expect(() => unpackCodes(new Uint8Array(2), 0, 3, { elementBits: 8, lowBits: 0 })).toThrow(
      "element count",
    );
  });
});
