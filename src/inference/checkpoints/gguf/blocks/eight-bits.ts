import type { NumberType } from "../../stored-tensor.ts";
import { halfAt } from "./half-scale.ts";

/** 32 numbers: a half `d`, then 32 signed bytes; `d * q` (ggml, block_q8_0). */
export const q8_0: NumberType = {
  ...{ name: "Q8_0", blockElements: 32, blockBytes: 34 },
  decode(blocks, target) {
    for (let at = 0, to = 0; at < blocks.length; at += 34, to += 32) {
      const scale = halfAt(blocks, at);
      for (let index = 0; index < 32; index++) {
        target[to + index] = scale * ((blocks[at + 2 + index]! << 24) >> 24);
      }
    }
  },
};
