import { describe, expect, it, test } from "vitest";
import { memoryFolder } from "../../../../test/support/folder-in-memory.ts";
import { type GgufEntry, writeGguf } from "../../../../test/support/gguf-writer.ts";
import {
  llamaMetadata,
  llamaTensors,
  tinyGpt2Gguf,
  tinyLlamaGguf,
  tinyLlamaShape,
} from "../../../../test/support/tiny-gguf.ts";
import { loadGgufFile } from "./gguf-file.ts";
import { ggufNumberTypes } from "./number-types.ts";

const load = (file: Uint8Array, hasRanges = true) =>
  loadGgufFile(memoryFolder({ "m.gguf": file }, { hasRanges }), "m.gguf", "m.gguf");

/** The numbers of a tensor as they lie in the file. */
function stored(name: string): Float32Array {
  const tensor = llamaTensors().find((candidate) => candidate.name === name)!;
  const type = ggufNumberTypes.get(tensor.type)!;
  const values = new Float32Array(tensor.sizes.reduce((product, size) => product * size));
  type.decode(tensor.bytes, values);
  return values;
}

describe("a Llama", () => {
  it("has the configuration of its Hugging Face form", async () => {
    const { config } = await load(tinyLlamaGguf());
    expect(config).toEqual({
      ...{ model_type: "llama", hidden_act: "silu", hidden_size: 32, intermediate_size: 256 },
      ...{ num_hidden_layers: 3, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 8 },
      ...{ rms_norm_eps: 1e-5, rope_theta: 10_000, max_position_embeddings: 64, vocab_size: 99 },
      ...{ tie_word_embeddings: true, attention_bias: false, mlp_bias: false },
      ...{ bos_token_id: 97, eos_token_id: 98, pad_token_id: undefined },
    });
  });

  it("has the tensors of its Hugging Face form, in pieces and whole", async () => {
    const inPieces = (await load(tinyLlamaGguf())).tensors;
    const whole = (await load(tinyLlamaGguf(), false)).tensors;
    const inLayers = [0, 1, 2].flatMap((layer) =>
      [
        ...["input_layernorm", "post_attention_layernorm"],
        ...["q", "k", "v", "o"].map((part) => `self_attn.${part}_proj`),
        ...["gate", "up", "down"].map((part) => `mlp.${part}_proj`),
      ].map((name) => `model.layers.${layer}.${name}.weight`),
    );
    expect([...inPieces.names].sort()).toEqual(
      ["model.embed_tokens.weight", "model.norm.weight", ...inLayers].sort(),
    );
    expect(inPieces.shapeOf("model.layers.0.mlp.down_proj.weight")).toEqual([32, 256]);
    expect(inPieces.shapeOf("model.layers.1.self_attn.k_proj.weight")).toEqual([16, 32]);
    for (const name of inPieces.names) {
      const values = await whole.readFloat32(name);
      const differs = (await inPieces.readFloat32(name)).findIndex((value, at) => value !== values[at]);
      expect(differs, name).toBe(-1);
    }
    expect(await inPieces.readFloat32("model.layers.2.mlp.down_proj.weight")).toEqual(
      stored("blk.2.ffn_down.weight"),
    );
  });

  it("scores queries and keys by halves as the file's rows do by adjacent pairs", async () => {
    const { tensors } = await load(tinyLlamaGguf());
    const { hidden, heads, keyHeads } = tinyLlamaShape;
    const dimension = hidden / heads;
    const input = Float32Array.from({ length: hidden }, (_, index) => Math.sin(index + 1));
    const project = (weights: Float32Array, head: number): number[] =>
      Array.from({ length: dimension }, (_, row) =>
        input.reduce(
          (sum, value, column) => sum + value * weights[(head * dimension + row) * hidden + column]!,
          0,
        ),
      );
    const turned = (
      values: number[],
      position: number,
      first: (i: number) => number,
      step: number,
    ): number[] => {
      const result = [...values];
      for (let i = 0; i < dimension / 2; i++) {
        const angle = position * 10_000 ** ((-2 * i) / dimension);
        const [a, b] = [first(i), first(i) + step];
        result[a] = values[a]! * Math.cos(angle) - values[b]! * Math.sin(angle);
        result[b] = values[b]! * Math.cos(angle) + values[a]! * Math.sin(angle);
      }
      return result;
    };
    const dot = (left: number[], right: number[]) =>
      left.reduce((sum, value, at) => sum + value * right[at]!, 0);
    for (let layer = 0; layer < 3; layer++) {
      const [queries, keys] = [stored(`blk.${layer}.attn_q.weight`), stored(`blk.${layer}.attn_k.weight`)];
      const ours = await Promise.all(
        ["q", "k"].map((part) => tensors.readFloat32(`model.layers.${layer}.self_attn.${part}_proj.weight`)),
      );
      for (let head = 0; head < heads; head++) {
        const keyHead = Math.floor((head * keyHeads) / heads);
        const pairs = [project(queries, head), project(keys, keyHead)] as const;
        const halves = [project(ours[0]!, head), project(ours[1]!, keyHead)] as const;
        const byPairs = dot(
          turned(pairs[0], 7, (i) => 2 * i, 1),
          turned(pairs[1], 3, (i) => 2 * i, 1),
        );
        const byHalves = dot(
          turned(halves[0], 7, (i) => i, dimension / 2),
          turned(halves[1], 3, (i) => i, dimension / 2),
        );
        expect(byHalves).toBeCloseTo(byPairs, 10);
      }
    }
  });

  it("is opened without its numbers", async () => {
    const file = tinyLlamaGguf();
    const large = new Uint8Array(20_000_000);
    large.set(file);
    const folder = memoryFolder({ "m.gguf": large });
    await loadGgufFile(folder, "m.gguf", "m.gguf");
    expect(folder.read.bytes).toBeLessThan(5_000_000);
  });
});

test("a GPT-2 has the names and the (inputs, outputs) layout of its Hugging Face form", async () => {
  const { config, tensors } = await load(tinyGpt2Gguf());
  expect(config).toMatchObject({
    ...{ model_type: "gpt2", n_embd: 8, n_inner: 32, n_layer: 1, n_head: 2, n_positions: 16 },
    ...{
      layer_norm_epsilon: 1e-5,
      vocab_size: 99,
      tie_word_embeddings: true,
      activation_function: "gelu_new",
    },
  });
  const both = (name: string) => [`${name}.weight`, `${name}.bias`];
  const inLayer = ["ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj"];
  expect(tensors.names).toEqual([
    "wte.weight",
    "wpe.weight",
    ...inLayer.flatMap((name) => both(`h.0.${name}`)),
    ...both("ln_f"),
  ]);
  expect(tensors.shapeOf("h.0.attn.c_attn.weight")).toEqual([8, 24]);
  expect(tensors.shapeOf("h.0.mlp.c_proj.weight")).toEqual([32, 8]);
  // Data begin aligned behind the header, in the order of the infos.
  const before = ["wte.weight", "wpe.weight", ...both("h.0.ln_1")];
  const skipped = before.reduce(
    (sum, name) => sum + Math.ceil(tensors.shapeOf(name)!.reduce((product, size) => product * size) / 8) * 32,
    0,
  );
  const total = tensors.names.reduce(
    (sum, name) => sum + Math.ceil(tensors.shapeOf(name)!.reduce((product, size) => product * size) / 8) * 32,
    0,
  );
  const file = tinyGpt2Gguf();
  const data = new DataView(file.buffer, file.length - total + skipped);
  const values = await tensors.readFloat32("h.0.attn.c_attn.weight");
  for (let output = 0; output < 24; output++) {
    for (let input = 0; input < 8; input++) {
      expect(values[input * 24 + output]).toBe(data.getFloat32((output * 8 + input) * 4, true));
    }
  }
});

describe("what changes the answer and is not computed is refused", () => {
  const withEntries = (...entries: GgufEntry[]): Uint8Array => {
    const keys = new Set(entries.map(([key]) => key));
    const kept = llamaMetadata().filter(([key]) => !keys.has(key));
    return writeGguf({ metadata: [...kept, ...entries], tensors: llamaTensors() });
  };
  it.each<[string, readonly GgufEntry[], string, RegExp]>([
    [
      "another architecture",
      [["general.architecture", 8, "lama"]],
      "missing-engine",
      /one of "llama", "gpt2" \(did you mean "llama"/,
    ],
    ["scaling", [["llama.rope.scaling.type", 8, "yarn"]], "missing-engine", /rotary scaling "yarn"/],
    ["a scaling factor", [["llama.rope.scaling.factor", 6, 4]], "missing-engine", /rope.scaling.factor/],
    ["experts", [["llama.expert_count", 4, 8]], "missing-engine", /experts/],
    ["a window", [["llama.attention.sliding_window", 4, 32]], "missing-engine", /window/],
    ["a part of a head", [["llama.rope.dimension_count", 4, 4]], "missing-engine", /part of a head/],
    ["parts of a file", [["split.count", 2, 3]], "missing-engine", /several files/],
    ["another tokenizer", [["tokenizer.ggml.model", 8, "t5"]], "missing-engine", /one of "gpt2", "llama"/],
    [
      "another split",
      [["tokenizer.ggml.pre", 8, "qwen"]],
      "missing-engine",
      /one of "gpt-2", .*did you mean "qwen2"/,
    ],
    ["heads of another number", [["llama.attention.head_count", 4, 5]], "checkpoint", /pairs for each head/],
    ["heads for each layer", [["llama.attention.head_count", 9, [4, 4]]], "checkpoint", /whole number/],
    ["no heads", [["llama.attention.head_count", 4, 0]], "checkpoint", /no heads/],
    [
      "half of a merge",
      [["tokenizer.ggml.merges", 9, ["t h", "the"], 8]],
      "checkpoint",
      /not two pieces; got "the"/,
    ],
    [
      "types of others",
      [["tokenizer.ggml.token_type", 9, [1, 1], 5]],
      "checkpoint",
      /2 elements; expected 99/,
    ],
    ["a mark beyond", [["tokenizer.ggml.bos_token_id", 4, 99]], "checkpoint", /id 99; expected below 99/],
  ])("%s", async (_, entries, code, message) => {
    await expect(load(withEntries(...entries))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("scaled frequencies that lie in a tensor", async () => {
    const rope = { name: "rope_freqs.weight", type: 0, sizes: [4], bytes: new Uint8Array(16) };
    const file = writeGguf({ metadata: llamaMetadata(), tensors: [...llamaTensors(), rope] });
    await expect(load(file)).rejects.toMatchObject({ code: "missing-engine" });
  });

  it("two tensors of one meaning", async () => {
    const twin = { name: "model.norm.weight", type: 0, sizes: [32], bytes: new Uint8Array(128) };
    const file = writeGguf({ metadata: llamaMetadata(), tensors: [...llamaTensors(), twin] });
    await expect(load(file)).rejects.toThrow(/two tensors have the same meaning; got "model.norm.weight"/);
  });
});
