import { SpattenError } from "../errors.ts";
import { requireInteger } from "../require.ts";

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

/**
 * Codes as they stand in DRAM, from bit 0 of the first byte on: the low `elementBits` of each, back to back.
 * `codes` (count). SpAtten section III-D. @throws SpattenError `input` for bits outside 1 to 16.
 */
export function packCodes(codes: Int16Array | Uint8Array, elementBits: number): Uint8Array {
  requireInteger(elementBits, "element bits", 1, 16);
  const bytes = new Uint8Array(Math.ceil((codes.length * elementBits) / 8));
  const mask = (1 << elementBits) - 1;
  for (let element = 0; element < codes.length; element++) {
    const bitPosition = element * elementBits;
    const window = (codes[element]! & mask) << (bitPosition & 7);
    // A typed array drops what lies above a byte, and writes beyond its end.
    for (let byte = 0; byte < 3; byte++) bytes[(bitPosition >> 3) + byte]! |= window >> (8 * byte);
  }
  return bytes;
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
