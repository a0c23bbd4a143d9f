import type { NumberType } from "../../stored-tensor.ts";
import { halfAt } from "./half-scale.ts";

/** 32 numbers: a half `d`, then 16 bytes, low nibbles first; `d * (q - 8)` (ggml, block_q4_0). */
export const q4_0: NumberType = {
  ...{ name: "Q4_0", blockElements: 32, blockBytes: 18 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 18, to += 32) {
      const scale = halfAt(blocks, at);
      for (let index = 0; index < 16; index++) {
        const pair = blocks[at + 2 + index]!;
        target[to + index] = scale * ((pair & 15) - 8);
        target[to + 16 + index] = scale * ((pair >> 4) - 8);
      }
    }
  },
};

/** 32 numbers: halves `d` and `m`, then 16 bytes, low nibbles first; `d * q + m` (ggml, block_q4_1). */
export const q4_1: NumberType = {
  ...{ name: "Q4_1", blockElements: 32, blockBytes: 20 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 20, to += 32) {
      const scale = halfAt(blocks, at);
      const minimum = halfAt(blocks, at + 2);
      for (let index = 0; index < 16; index++) {
        const pair = blocks[at + 4 + index]!;
        target[to + index] = scale * (pair & 15) + minimum;
        target[to + 16 + index] = scale * (pair >> 4) + minimum;
      }
    }
  },
};
