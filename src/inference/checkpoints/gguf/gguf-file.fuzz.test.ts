import { expect, test } from "vitest";
import { damagedGguf, ggufFiles } from "../../../../test/support/damaged-gguf.ts";
import { memoryFolder } from "../../../../test/support/folder-in-memory.ts";
import { isSpattenError } from "../../../base/errors.ts";
import { createRandom } from "../../../base/random.ts";
import { createTokenizer } from "../../tokenizer.ts";
import { loadGgufFile } from "./gguf-file.ts";

// `npm run evidence robustness` tries 10,000; here is a sample.
const MUTANTS = Number(process.env.SPATTEN_MUTANTS ?? 300);
const CODES = ["checkpoint", "missing-engine", "input"];
/** Far above what a tiny model needs, far below what a count in a mutated file asks for. */
const MEMORY_LIMIT_BYTES = 600e6;

async function loadAndUse(file: Uint8Array, hasRanges: boolean): Promise<void> {
  const folder = memoryFolder({ "m.gguf": file }, { hasRanges });
  const { tensors, tokenizer, tokenizerConfig } = await loadGgufFile(folder, "m.gguf", "m.gguf");
  for (const name of tensors.names) await tensors.readFloat32(name);
  createTokenizer(tokenizer, tokenizerConfig, "m.gguf").encode("the other <|end|> text é");
}

test("the files load as they are", async () => {
  for (const { file } of ggufFiles) await loadAndUse(file, true);
});

test(`${MUTANTS} mutated GGUF files are read or refused with a typed error, in little memory`, async () => {
  const before = process.resourceUsage().maxRSS;
  let refused = 0;
  for (let seed = 0; seed < MUTANTS; seed++) {
    const random = createRandom(seed);
    try {
      await loadAndUse(damagedGguf(ggufFiles[seed % 2]!, random), seed % 3 !== 0);
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
