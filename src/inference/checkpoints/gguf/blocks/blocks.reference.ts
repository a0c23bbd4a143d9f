import { float16BitsToFloat32Bits } from "../../../../base/tensor-file/half-precision.ts";

/** Number `index` of a block, each bit looked up where the layout of ggml has it. */
export type BlockReader = (block: Uint8Array, index: number) => number;

const half = (block: Uint8Array, at: number): number => {
  const data = new DataView(block.buffer, block.byteOffset);
  return new Float32Array(new Uint32Array([float16BitsToFloat32Bits(data.getUint16(at, true))]).buffer)[0]!;
};
const signed = (byte: number): number => (byte < 128 ? byte : byte - 256);
const bits = (byte: number, from: number, count: number): number => Math.floor(byte / 2 ** from) % 2 ** count;

/** The low nibbles of 16 bytes are the first half of 32 numbers, the high ones the second. */
const nibble = (block: Uint8Array, at: number, index: number): number =>
  bits(block[at + (index % 16)]!, index < 16 ? 0 : 4, 4);
const bitAt = (block: Uint8Array, at: number, index: number): number =>
  bits(block[at + Math.floor(index / 8)]!, index % 8, 1);

/** Of 256 numbers in parts of 32: two parts share 32 bytes. */
const partNibble = (block: Uint8Array, at: number, index: number): number => {
  const part = Math.floor(index / 32);
  return bits(block[at + Math.floor(part / 2) * 32 + (index % 32)]!, (part % 2) * 4, 4);
};

/** Eight scales, then eight minima, of six bits: 0 to 3 in the low bits, 4 to 7 spread over the last four bytes. */
const sixBits = (block: Uint8Array, which: number, part: number): number => {
  const byte = (index: number): number => block[4 + index]!;
  if (part < 4) return bits(byte(which * 4 + part), 0, 6);
  return bits(byte(4 + part), which * 4, 4) + 16 * bits(byte(which * 4 + part - 4), 6, 2);
};

const round = Math.fround;

const superBlock =
  (nibblesAt: number, high: BlockReader): BlockReader =>
  (block, index) => {
    const part = Math.floor(index / 32);
    const code = partNibble(block, nibblesAt, index) + high(block, index);
    const scale = round(half(block, 0) * sixBits(block, 0, part));
    const minimum = round(half(block, 2) * sixBits(block, 1, part));
    return round(round(scale * code) - minimum);
  };

/** By name of the type (ggml-common.h and ggml-quants.c, dequantize_row_*). */
export const blockReaders: Readonly<Record<string, BlockReader>> = {
  Q8_0: (block, index) => round(half(block, 0) * signed(block[2 + index]!)),
  Q4_0: (block, index) => round(half(block, 0) * (nibble(block, 2, index) - 8)),
  Q4_1: (block, index) => round(round(half(block, 0) * nibble(block, 4, index)) + half(block, 2)),
  Q5_0: (block, index) =>
    round(half(block, 0) * (nibble(block, 6, index) + 16 * bitAt(block, 2, index) - 16)),
  Q5_1: (block, index) =>
    round(round(half(block, 0) * (nibble(block, 8, index) + 16 * bitAt(block, 4, index))) + half(block, 2)),
  Q4_K: superBlock(16, () => 0),
  Q5_K: superBlock(48, (block, index) => 16 * bits(block[16 + (index % 32)]!, Math.floor(index / 32), 1)),
  Q6_K: (block, index) => {
    const inHalf = index % 128;
    const quarter = Math.floor(inHalf / 32);
    const first = Math.floor(index / 128);
    const low = bits(block[first * 64 + (inHalf % 64)]!, quarter < 2 ? 0 : 4, 4);
    const high = bits(block[128 + first * 32 + (index % 32)]!, quarter * 2, 2);
    const scale = round(half(block, 208) * signed(block[192 + Math.floor(index / 16)]!));
    return round(scale * (low + 16 * high - 32));
  },
};
