import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it, test } from "vitest";
import { memoryFolder } from "../../../../test/support/folder-in-memory.ts";
import { type GgufEntry, writeGguf } from "../../../../test/support/gguf-writer.ts";
import { randomText } from "../../../../test/support/random-texts.ts";
import { hasShared, sharedData } from "../../../../test/support/shared.ts";
import {
  llamaMetadata,
  llamaTensors,
  scoredTokenizer,
  scoredTokens,
  tinyLlamaGguf,
} from "../../../../test/support/tiny-gguf.ts";
import { createRandom } from "../../../base/random.ts";
import { openFolder } from "../../../platform/node/folder.ts";
import type { TokenizerFiles } from "../tokenizer-files.ts";
import { loadGgufFile } from "./gguf-file.ts";

// `npm run evidence robustness` tries 10,000; here is a sample.
const TEXTS = Number(process.env.SPATTEN_TEXTS ?? 300);

const load = (file: Uint8Array) => loadGgufFile(memoryFolder({ "m.gguf": file }), "m.gguf", "m.gguf");
const tokenizerOf = ({ tokenizer, tokenizerConfig }: TokenizerFiles) =>
  new Tokenizer(tokenizer as object, tokenizerConfig as object);
const withEntry = (...entry: GgufEntry): Uint8Array => {
  const kept = llamaMetadata().filter(([key]) => key !== entry[0]);
  return writeGguf({ metadata: [...kept, entry], tensors: llamaTensors() });
};

test("a byte-level vocabulary joins by merges, and its control tokens are found in a text", async () => {
  const files = await load(tinyLlamaGguf());
  const tokenizer = tokenizerOf(files);
  expect(tokenizer.encode("the moth<|end|>").tokens).toEqual([
    ...["<|begin|>", "the", "\u0120", "m", "o", "th", "<|end|>"],
  ]);
  expect(tokenizer.decode(tokenizer.encode("the moth<|end|>").ids, { skip_special_tokens: true })).toBe(
    "the moth",
  );
  expect(files.tokenizerConfig).toMatchObject({
    ...{ bos_token: "<|begin|>", eos_token: "<|end|>", add_bos_token: true, add_eos_token: false },
    chat_template: "{{ messages[0]['content'] }}",
  });
});

test("a vocabulary with scores joins by them, marks the beginning and falls back to bytes", async () => {
  const tensors = llamaTensors(1, scoredTokens.length);
  const tokenizer = tokenizerOf(await load(writeGguf({ metadata: llamaMetadata(scoredTokenizer), tensors })));
  expect(tokenizer.encode("the\n tea").tokens).toEqual(["<s>", "\u2581the", "<0x0A>", "\u2581t", "e", "a"]);
});

describe("tokenizer.ggml.pre", () => {
  /** Where a text is cut before any bytes are joined. */
  const pieces = async (pre: string, text: string): Promise<string[]> => {
    const { tokenizer } = await load(withEntry("tokenizer.ggml.pre", 8, pre));
    const parts = tokenizer as { readonly model: object; readonly normalizer: unknown };
    // A vocabulary of every stretch of the text, taken whole, shows how the text was cut.
    const bytes = text.replaceAll(" ", "\u0120").replaceAll("\n", "\u010a");
    const stretches = [...bytes].flatMap((_, begin) =>
      [...bytes].slice(begin).map((__, length) => bytes.slice(begin, begin + length + 1)),
    );
    const vocab = Object.fromEntries(stretches.map((stretch, id) => [stretch, id]));
    const model = { ...parts.model, vocab, merges: [], ignore_merges: true };
    const cut = new Tokenizer({ ...parts, model, added_tokens: [], post_processor: null }, {});
    return cut
      .encode(text)
      .tokens.map((token: string) => token.replaceAll("\u0120", " ").replaceAll("\u010a", "\n"));
  };
  const text = "I'LL do it's 12345  now!\n\n a";

  it.each([
    ["gpt-2", ["I", "'", "LL", " do", " it", "'s", " 12345", " ", " now", "!", "\n\n", " a"]],
    ["default", ["I", "'", "LL", " do", " it", "'s", " 12345", " ", " now", "!", "\n\n", " a"]],
    [
      "smollm",
      ["I", "'", "LL", " do", " it", "'s", " ", "1", "2", "3", "4", "5", " ", " now", "!", "\n\n", " a"],
    ],
    ["llama-bpe", ["I", "'LL", " do", " it", "'s", " ", "123", "45", " ", " now", "!\n\n", " a"]],
    ["qwen2", ["I", "'LL", " do", " it", "'s", " ", "1", "2", "3", "4", "5", " ", " now", "!\n\n", " a"]],
  ])("%s cuts as its family does", async (pre, expected) => {
    expect(await pieces(pre, text)).toEqual(expected);
  });

  it("says what begins a text where the file does not", async () => {
    const entries = llamaMetadata().filter(([key]) => !/\.pre$|add_bos_token$/.test(key));
    const begins = async (pre: string): Promise<boolean> => {
      const metadata = [...entries, ["tokenizer.ggml.pre", 8, pre] as const];
      return (
        tokenizerOf(await load(writeGguf({ metadata, tensors: llamaTensors() }))).encode("a").ids.length === 2
      );
    };
    expect([await begins("llama-bpe"), await begins("gpt-2")]).toEqual([true, false]);
  });
});

describe.skipIf(!hasShared)("SmolLM2", () => {
  const fileName = "SmolLM2-135M-Instruct.Q4_1.gguf";
  const folder = sharedData("smollm2-135m-instruct");

  it(`has the tokenizer of its tokenizer.json, also by ${TEXTS} texts of any script`, async () => {
    const files = await loadGgufFile(await openFolder(folder), fileName, fileName);
    const published: unknown = JSON.parse(readFileSync(`${folder}/tokenizer.json`, "utf8"));
    expect(files.tokenizer).toEqual(published);
    const ours = tokenizerOf(files);
    const theirs = new Tokenizer(published as object, {});
    for (let seed = 0; seed < TEXTS; seed++) {
      const text = randomText(createRandom(seed));
      expect(ours.encode(text), `seed ${seed}`).toEqual(theirs.encode(text));
    }
    const { texts } = JSON.parse(readFileSync(`${folder}/reference.json`, "utf8")) as {
      texts: readonly { text: string; ids: readonly number[] }[];
    };
    for (const { text, ids } of texts) expect(ours.encode(text).ids).toEqual(ids);
  }, 3_600_000);
});
