import { SpattenError } from "../base/errors.ts";
import { requireInteger } from "../base/require.ts";

/** How the elements of a stream stand in DRAM: two's complement, back to back, lowest bit first. */
export interface ElementWidth {
  /** Bits of each element that were fetched: 4, 6, 8, 10 or 12, or of the low part alone. */
  readonly elementBits: number;
  /** Low bits that wait in another place of DRAM, and read as 0 until they are joined; 0 for whole elements. */
  readonly lowBits: number;
}

/** Widths that the converter's muxes know (SpAtten sections III-D and IV-C; 10 and 6 as in its released settings). */
export const convertibleBits: readonly number[] = [4, 6, 8, 10, 12];

/** Refuses what the datapath cannot carry. @throws SpattenError `config`. */
export function requireWidth({ elementBits, lowBits }: ElementWidth, datapathBits: number): void {
  if (!convertibleBits.includes(elementBits)) {
    throw new SpattenError("config", "no such element width in DRAM", {
      got: `${elementBits} bits`,
      expected: convertibleBits.join(", "),
    });
  }
  requireInteger(lowBits, "low bits", 0, 8);
  if (elementBits + lowBits <= datapathBits) return;
  throw new SpattenError("config", "elements are wider than the datapath", {
    got: `${elementBits} + ${lowBits} bits`,
    expected: `at most ${datapathBits}`,
    hint: "raise datapathBits or choose a narrower setting",
  });
}

/** So many bits from a bit position on, unsigned; at most 16. */
export function readBits(bytes: Uint8Array, bitPosition: number, bitCount: number): number {
  const byte = bitPosition >> 3;
  const window = bytes[byte]! | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16);
  return (window >> (bitPosition & 7)) & ((1 << bitCount) - 1);
}

/** The same, as a two's complement number. */
export function readSignedBits(bytes: Uint8Array, bitPosition: number, bitCount: number): number {
  const shift = 32 - bitCount;
  return (readBits(bytes, bitPosition, bitCount) << shift) >> shift;
}

/**
 * Codes of the datapath from packed elements at any bit offset: sign extended, with room for the low bits below.
 * Returns (count). SpAtten section IV-C. @throws SpattenError `input` where the bytes end before the elements.
 */
export function unpackCodes(
  bytes: Uint8Array,
  bitOffset: number,
  count: number,
  { elementBits, lowBits }: ElementWidth,
): Int16Array {
  requireInteger(bitOffset, "bit offset", 0);
  requireInteger(count, "element count", 0, Math.floor((bytes.length * 8 - bitOffset) / elementBits));
  const codes = new Int16Array(count);
  for (let element = 0; element < count; element++) {
    codes[element] = readSignedBits(bytes, bitOffset + element * elementBits, elementBits) << lowBits;
  }
  return codes;
}

/**
 * The codes with the low bits that were fetched later, concatenated below the high ones. SpAtten section III-D.
 * @throws SpattenError `input` where the bytes end before the elements.
 */
export function joinLowCodes(
  codes: Int16Array,
  lowBytes: Uint8Array,
  bitOffset: number,
  lowBits: number,
): Int16Array {
  requireInteger(lowBits, "low bits", 1, 8);
  requireInteger(codes.length, "element count", 0, Math.floor((lowBytes.length * 8 - bitOffset) / lowBits));
  return codes.map((code, element) => code | readBits(lowBytes, bitOffset + element * lowBits, lowBits));
}
