import type { Random } from "../../src/base/random.ts";
import { mutatedBytes } from "../../src/base/tensor-file/mutated-bytes.reference.ts";
import { parseGgufHeader } from "../../src/inference/checkpoints/gguf/header.ts";
import { tinyGpt2Gguf, tinyLlamaGguf } from "./tiny-gguf.ts";

/** A tiny GGUF file of each architecture, and where its numbers begin. */
export const ggufFiles = [tinyLlamaGguf(), tinyGpt2Gguf()].map((file) => {
  const { tensors } = parseGgufHeader(file, file.length, "tiny");
  return { file, headerBytes: Math.min(...tensors.map(({ begin }) => begin)) };
});

/** Counts, lengths and places that no file holds. */
const LARGE = [2n ** 60n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 40n, 2n ** 32n, 2n ** 31n, 1_000_000n];

/** Damage anywhere, in the header alone, or a large number in the place of another. */
export function damagedGguf({ file, headerBytes }: (typeof ggufFiles)[number], random: Random): Uint8Array {
  const kind = random.integer(3);
  if (kind === 0) return mutatedBytes(file, random);
  if (kind === 1) {
    const header = mutatedBytes(file.subarray(0, headerBytes), random);
    const whole = new Uint8Array(header.length + file.length - headerBytes);
    whole.set(header);
    whole.set(file.subarray(headerBytes), header.length);
    return whole;
  }
  const copy = file.slice();
  const at = 4 + random.integer(headerBytes - 12);
  new DataView(copy.buffer).setBigUint64(at, LARGE[random.integer(LARGE.length)]!, true);
  return copy;
}
