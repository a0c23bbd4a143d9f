import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it, test } from "vitest";
import { memoryFolder } from "../../../../test/support/folder-in-memory.ts";
import {
  tinyLlama2cPieces,
  writeLlama2c,
  writeLlama2cTokenizer,
} from "../../../../test/support/llama2c-writer.ts";
import { hasShared, sharedData } from "../../../../test/support/shared.ts";
import { isSpattenError } from "../../../base/errors.ts";
import { createRandom } from "../../../base/random.ts";
import { mutatedBytes } from "../../../base/tensor-file/mutated-bytes.reference.ts";
import { openFolder } from "../../../platform/node/folder.ts";
import { openCheckpoint } from "../open-checkpoint.ts";
import type { TokenizerFiles } from "../tokenizer-files.ts";
import { isLlama2cFile, loadLlama2cFile } from "./llama2c-file.ts";

const tokenizerFile = writeLlama2cTokenizer(tinyLlama2cPieces);
const load = (
  file: Uint8Array,
  tokenizers: Record<string, Uint8Array> = { "tokenizer.bin": tokenizerFile },
) => loadLlama2cFile(memoryFolder({ "m.bin": file, ...tokenizers }), "m.bin", "m.bin");
const tokenizerOf = ({ tokenizer, tokenizerConfig }: TokenizerFiles) =>
  new Tokenizer(tokenizer as object, tokenizerConfig as object);

describe("a model of llama2.c", () => {
  it.each([false, true])(
    "has configuration and tensors of its Hugging Face form, own output %s",
    async (own) => {
      const { file, matrices } = writeLlama2c(own);
      const { config, tensors } = await load(file);
      expect(config).toMatchObject({
        ...{ model_type: "llama", hidden_size: 8, intermediate_size: 12, num_hidden_layers: 2, head_dim: 4 },
        ...{ num_attention_heads: 2, num_key_value_heads: 1, vocab_size: 6, max_position_embeddings: 5 },
        ...{
          rms_norm_eps: 1e-5,
          rope_theta: 10_000,
          tie_word_embeddings: !own,
          bos_token_id: 1,
          eos_token_id: 2,
        },
      });
      const same = [
        ["embedding", "model.embed_tokens.weight", [6, 8]],
        ["attention norm 1", "model.layers.1.input_layernorm.weight", [8]],
        ["wv 0", "model.layers.0.self_attn.v_proj.weight", [4, 8]],
        ["wo 1", "model.layers.1.self_attn.o_proj.weight", [8, 8]],
        ["feed-forward norm 0", "model.layers.0.post_attention_layernorm.weight", [8]],
        ["w1 1", "model.layers.1.mlp.gate_proj.weight", [12, 8]],
        ["w2 0", "model.layers.0.mlp.down_proj.weight", [8, 12]],
        ["w3 1", "model.layers.1.mlp.up_proj.weight", [12, 8]],
        ["norm", "model.norm.weight", [8]],
        ...(own ? [["output", "lm_head.weight", [6, 8]] as const] : []),
      ] as const;
      for (const [stored, name, shape] of same) {
        expect(tensors.shapeOf(name)).toEqual(shape);
        expect(await tensors.readFloat32(name)).toEqual(matrices.get(stored));
      }
      expect(tensors.names).toHaveLength(2 * 9 + (own ? 3 : 2));
      // Heads of four rows, stored as (0, half), (1, half + 1): rows 0 and 2 of each head come first.
      const queries = matrices.get("wq 1")!;
      const order = [0, 2, 1, 3, 4, 6, 5, 7];
      expect(await tensors.readFloat32("model.layers.1.self_attn.q_proj.weight")).toEqual(
        Float32Array.from(order.flatMap((row) => [...queries.subarray(row * 8, row * 8 + 8)])),
      );
      const keys = matrices.get("wk 0")!;
      expect(await tensors.readFloat32("model.layers.0.self_attn.k_proj.weight")).toEqual(
        Float32Array.from(order.slice(0, 4).flatMap((row) => [...keys.subarray(row * 8, row * 8 + 8)])),
      );
    },
  );

  it("takes the tokenizer that lies beside it", async () => {
    const { file } = writeLlama2c(false);
    const pieces = await load(file, { "tok6.bin": tokenizerFile });
    expect(tokenizerOf(pieces).encode("a a").tokens).toEqual(["<s>", "\u2581a", "\u2581a"]);
    const json = new TextEncoder().encode(JSON.stringify({ version: "1.0" }));
    expect((await load(file, { "tokenizer.json": json })).tokenizer).toEqual({ version: "1.0" });
    await expect(load(file, {})).rejects.toMatchObject({
      code: "missing-model",
      message: expect.stringContaining("tok6.model"),
    });
  });

  it("is refused with a word where its size is another, or its tokenizer", async () => {
    const { file } = writeLlama2c(false);
    await expect(load(file.slice(0, -4))).rejects.toThrow(
      `got ${file.length - 4} bytes; expected ${file.length}`,
    );
    await expect(load(new Uint8Array(40))).rejects.toThrow(/no model of llama2.c/);
    await expect(load(new Uint8Array(5))).rejects.toThrow(/no model of llama2.c/);
    await expect(
      load(Uint8Array.from([...new TextEncoder().encode("24ka"), 1, 0, 0, 0, ...file])),
    ).rejects.toThrow(/version of the llama2.c format is not read yet; got version 1/);
    const tokenizers = {
      short: tokenizerFile.slice(0, -1),
      long: writeLlama2cTokenizer([...tinyLlama2cPieces, "b"]),
    };
    await expect(load(file, { "tokenizer.bin": tokenizers.short })).rejects.toThrow(
      /piece 5 reaches past the end/,
    );
    await expect(load(file, { "tokenizer.bin": tokenizers.long })).rejects.toThrow(
      /9 bytes follow the last piece/,
    );
  });

  it("is told from other files by its size", async () => {
    const { file } = writeLlama2c(true);
    const folder = memoryFolder({ "m.bin": file, "cut.bin": file.slice(0, -1), "t.bin": tokenizerFile });
    const names = ["m.bin", "cut.bin", "t.bin"];
    expect(await Promise.all(names.map((name) => isLlama2cFile(folder, name)))).toEqual([true, false, false]);
  });
});

test("500 mutated files are read or refused with a typed error", async () => {
  const files = { "m.bin": writeLlama2c(false).file, "tokenizer.bin": tokenizerFile };
  let refused = 0;
  for (let seed = 0; seed < 500; seed++) {
    const random = createRandom(seed);
    const name = seed % 2 === 0 ? "m.bin" : "tokenizer.bin";
    try {
      const { tensors, ...tokenizer } = await loadLlama2cFile(
        memoryFolder({ ...files, [name]: mutatedBytes(files[name], random) }),
        ...(["m.bin", "m.bin"] as const),
      );
      for (const each of tensors.names) await tensors.readFloat32(each);
      tokenizerOf(tokenizer).encode("a b");
    } catch (error) {
      if (!isSpattenError(error)) throw new Error(`seed ${seed}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(125);
  expect(refused).toBeLessThan(500);
});

describe.skipIf(!hasShared)(
  "five TinyStories, without blanks at their ends, each behind a mark of beginning",
  () => {
    it.each([
      ["babyllama-105", 3714],
      ["stories260k", 1804],
    ])("are for %s %i tokens", async (name, tokenCount) => {
      const folder = await openFolder(sharedData(name));
      const tokenizer = tokenizerOf(await openCheckpoint(folder, name));
      const sample = readFileSync(sharedData("tinystories-sample", "tinystories_sample.txt"), "utf8");
      const stories = sample.split("<|endoftext|>").map((story) => story.trim());
      const ids = stories.filter((story) => story !== "").map((story) => tokenizer.encode(story).ids);
      expect(ids.map((story) => story[0])).toEqual([1, 1, 1, 1, 1]);
      expect(ids.flat()).toHaveLength(tokenCount + 5);
    });
  },
);
