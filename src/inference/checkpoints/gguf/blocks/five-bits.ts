import type { NumberType } from "../../stored-tensor.ts";
import { halfAt } from "./half-scale.ts";

/** The fifth bit of number `index`, in its place, out of 32 bits that begin at `at`. */
function fifthBit(bytes: Uint8Array, at: number, index: number): number {
  return ((bytes[at + (index >> 3)]! >> (index & 7)) & 1) << 4;
}

/** 32 numbers: a half `d`, 4 bytes of fifth bits, 16 bytes of nibbles; `d * (q - 16)` (ggml, block_q5_0). */
export const q5_0: NumberType = {
  ...{ name: "Q5_0", blockElements: 32, blockBytes: 22 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 22, to += 32) {
      const scale = halfAt(blocks, at);
      for (let index = 0; index < 16; index++) {
        const pair = blocks[at + 6 + index]!;
        target[to + index] = scale * (((pair & 15) | fifthBit(blocks, at + 2, index)) - 16);
        target[to + 16 + index] = scale * (((pair >> 4) | fifthBit(blocks, at + 2, index + 16)) - 16);
      }
    }
  },
};

/** 32 numbers: halves `d` and `m`, 4 bytes of fifth bits, 16 bytes of nibbles; `d * q + m` (ggml, block_q5_1). */
export const q5_1: NumberType = {
  ...{ name: "Q5_1", blockElements: 32, blockBytes: 24 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 24, to += 32) {
      const scale = halfAt(blocks, at);
      const minimum = halfAt(blocks, at + 2);
      for (let index = 0; index < 16; index++) {
        const pair = blocks[at + 8 + index]!;
        target[to + index] = scale * ((pair & 15) | fifthBit(blocks, at + 4, index)) + minimum;
        target[to + 16 + index] = scale * ((pair >> 4) | fifthBit(blocks, at + 4, index + 16)) + minimum;
      }
    }
  },
};
