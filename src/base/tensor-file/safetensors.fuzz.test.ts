import { expect, test } from "vitest";
import { isSpattenError } from "../errors.ts";
import { createRandom } from "../random.ts";
import { mutatedBytes } from "./mutated-bytes.reference.ts";
import { readSafetensors } from "./safetensors.ts";
import { writeSafetensors } from "./safetensors-writer.ts";
import { float32Tensor, int32Tensor, toFloat32 } from "./tensor-values.ts";

const valid = writeSafetensors(
  [
    float32Tensor("layer.0.weight", [2, 3], new Float32Array([1, 2, 3, 4, 5, 6])),
    float32Tensor("bias", [3], new Float32Array(3)),
    int32Tensor("ids", [2], new Int32Array([1, 2])),
    { name: "half", dtype: "F16", shape: [5], bytes: new Uint8Array(10) },
    { name: "none", dtype: "BF16", shape: [0, 4], bytes: new Uint8Array(0) },
  ],
  { format: "pt" },
);

/** Every second mutant has its length field mended, so that the damage lies deeper. */
function mutant(seed: number): Uint8Array {
  const bytes = mutatedBytes(valid, createRandom(seed));
  if (seed % 2 === 1 && bytes.length >= 8) {
    const view = new DataView(bytes.buffer);
    const grown = bytes.length - valid.length;
    const headerBytes = Number(new DataView(valid.buffer).getBigUint64(0, true)) + grown;
    view.setBigUint64(0, BigInt(Math.max(0, headerBytes)), true);
  }
  return bytes;
}

test("4,000 damaged files are read or refused with a typed error", () => {
  let refused = 0;
  for (let seed = 0; seed < 4000; seed++) {
    const bytes = mutant(seed);
    try {
      let tensorBytes = 0;
      for (const view of readSafetensors(bytes, "mutant").tensors.values()) {
        tensorBytes += view.bytes.length;
        if (view.dtype.includes("F")) toFloat32(view);
      }
      expect(tensorBytes).toBeLessThan(bytes.length);
    } catch (error) {
      if (!isSpattenError(error) || error.code !== "checkpoint")
        throw new Error(`seed ${seed}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(2000);
  expect(refused).toBeLessThan(4000);
});
