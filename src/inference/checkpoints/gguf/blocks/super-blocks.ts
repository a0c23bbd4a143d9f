import type { NumberType } from "../../stored-tensor.ts";
import { halfAt } from "./half-scale.ts";

/** Six-bit factor of the scale of part `index` (0 to 7), out of 12 bytes that hold 8 of them and 8 of the minimum. */
function scaleAt(bytes: Uint8Array, at: number, index: number): number {
  if (index < 4) return bytes[at + index]! & 63;
  return (bytes[at + index + 4]! & 15) | ((bytes[at + index - 4]! >> 6) << 4);
}

/** Six-bit factor of the minimum of part `index`. */
function minimumAt(bytes: Uint8Array, at: number, index: number): number {
  if (index < 4) return bytes[at + index + 4]! & 63;
  return (bytes[at + index + 4]! >> 4) | ((bytes[at + index]! >> 6) << 4);
}

/** 256 numbers in 8 parts: halves `d` and `dmin`, factors, 128 bytes of nibbles; `d * s * q - dmin * m` (block_q4_K). */
export const q4_k: NumberType = {
  ...{ name: "Q4_K", blockElements: 256, blockBytes: 144 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 144, to += 256) {
      for (let part = 0; part < 8; part++) {
        const scale = halfAt(blocks, at) * scaleAt(blocks, at + 4, part);
        const minimum = halfAt(blocks, at + 2) * minimumAt(blocks, at + 4, part);
        const from = at + 16 + (part >> 1) * 32;
        const shift = (part & 1) * 4;
        for (let index = 0; index < 32; index++) {
          target[to + part * 32 + index] = scale * ((blocks[from + index]! >> shift) & 15) - minimum;
        }
      }
    }
  },
};

/** As Q4_K, with 32 bytes of fifth bits before the nibbles: bit p of byte i belongs to number i of part p (block_q5_K). */
export const q5_k: NumberType = {
  ...{ name: "Q5_K", blockElements: 256, blockBytes: 176 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 176, to += 256) {
      for (let part = 0; part < 8; part++) {
        const scale = halfAt(blocks, at) * scaleAt(blocks, at + 4, part);
        const minimum = halfAt(blocks, at + 2) * minimumAt(blocks, at + 4, part);
        const from = at + 48 + (part >> 1) * 32;
        const shift = (part & 1) * 4;
        for (let index = 0; index < 32; index++) {
          const fifth = ((blocks[at + 16 + index]! >> part) & 1) << 4;
          const code = ((blocks[from + index]! >> shift) & 15) | fifth;
          target[to + part * 32 + index] = scale * code - minimum;
        }
      }
    }
  },
};

/**
 * 256 numbers in 16 parts: 128 bytes of low nibbles, 64 of high pairs, 16 signed factors, a half `d`;
 * `d * s * (q - 32)` (ggml, block_q6_K). Each half of the block has four quarters of 32 numbers.
 */
export const q6_k: NumberType = {
  ...{ name: "Q6_K", blockElements: 256, blockBytes: 210 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 210, to += 256) {
      const unit = halfAt(blocks, at + 208);
      for (let part = 0; part < 16; part++) {
        const half = part >> 3;
        const quarter = (part >> 1) & 3;
        const scale = unit * ((blocks[at + 192 + part]! << 24) >> 24);
        const begin = (part & 1) * 16;
        const low = at + half * 64 + (quarter & 1) * 32 + begin;
        const high = at + 128 + half * 32 + begin;
        for (let index = 0; index < 16; index++) {
          const nibble = (blocks[low + index]! >> ((quarter >> 1) * 4)) & 15;
          const pair = (blocks[high + index]! >> (quarter * 2)) & 3;
          target[to + part * 16 + index] = scale * ((nibble | (pair << 4)) - 32);
        }
      }
    }
  },
};
