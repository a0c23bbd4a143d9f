import { expect, test } from "vitest";
import { memoryFolder } from "../../../../test/support/folder-in-memory.ts";
import { tinyGpt2Gguf, tinyLlamaGguf } from "../../../../test/support/tiny-gguf.ts";
import { isSpattenError } from "../../../base/errors.ts";
import { createRandom, type Random } from "../../../base/random.ts";
import { mutatedBytes } from "../../../base/tensor-file/mutated-bytes.reference.ts";
import { createTokenizer } from "../../tokenizer.ts";
import { loadGgufFile } from "./gguf-file.ts";
import { parseGgufHeader } from "./header.ts";

// `npm run evidence robustness` tries 10,000; here is a sample.
const MUTANTS = Number(process.env.SPATTEN_MUTANTS ?? 300);
const CODES = ["checkpoint", "missing-engine", "input"];
/** Far above what a tiny model needs, far below what a count in a mutated file asks for. */
const MEMORY_LIMIT_BYTES = 600e6;

const files = [tinyLlamaGguf(), tinyGpt2Gguf()].map((file) => {
  const { tensors } = parseGgufHeader(file, file.length, "tiny");
  return { file, headerBytes: Math.min(...tensors.map(({ begin }) => begin)) };
});

/** Counts, lengths and places that no file holds. */
const LARGE = [2n ** 60n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 40n, 2n ** 32n, 2n ** 31n, 1_000_000n];

/** Damage anywhere, in the header alone, or a large number in the place of another. */
function damaged({ file, headerBytes }: (typeof files)[number], random: Random): Uint8Array {
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

async function loadAndUse(file: Uint8Array, hasRanges: boolean): Promise<void> {
  const folder = memoryFolder({ "m.gguf": file }, { hasRanges });
  const { tensors, tokenizer, tokenizerConfig } = await loadGgufFile(folder, "m.gguf", "m.gguf");
  for (const name of tensors.names) await tensors.readFloat32(name);
  createTokenizer(tokenizer, tokenizerConfig, "m.gguf").encode("the other <|end|> text é");
}

test("the files load as they are", async () => {
  for (const { file } of files) await loadAndUse(file, true);
});

test(`${MUTANTS} mutated GGUF files are read or refused with a typed error, in little memory`, async () => {
  const before = process.resourceUsage().maxRSS;
  let refused = 0;
  for (let seed = 0; seed < MUTANTS; seed++) {
    const random = createRandom(seed);
    try {
      await loadAndUse(damaged(files[seed % 2]!, random), seed % 3 !== 0);
    } catch (error) {
      const isTyped = isSpattenError(error) && CODES.includes(error.code);
      if (!isTyped) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(MUTANTS / 4);
  expect(refused).toBeLessThan(MUTANTS);
  expect((process.resourceUsage().maxRSS - before) * 1024).toBeLessThan(MEMORY_LIMIT_BYTES);
}, 3_600_000);
