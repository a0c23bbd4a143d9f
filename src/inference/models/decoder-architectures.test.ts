import { describe, expect, it, test } from "vitest";
import { tinyDecoderJsons, tinyDecoderNames } from "../../../test/support/tiny-decoders.ts";
import { folderInMemory, tinyFolder } from "../../../test/support/tiny-folders.ts";
import { tinyLlamaGguf } from "../../../test/support/tiny-gguf.ts";
import { tinyCases } from "../../../test/support/tiny-models.ts";
import { createSpatten } from "../../index.ts";
import { tensorShapesOf } from "./architecture.ts";
import { decoderArchitectureOf, decoderArchitectures } from "./registry.ts";

const layoutOf = (config: object, names: readonly string[] = []) =>
  decoderArchitectureOf(config, "m").layoutOf(config, new Set(names), "m/config.json");

test("every decoder is tried here", () => {
  expect([...tinyDecoderNames].sort()).toEqual(decoderArchitectures.map(({ id }) => id).sort());
});

describe.each(tinyDecoderNames)("layout %s", (name) => {
  const config = tinyDecoderJsons[name];

  it("asks for each tensor once, under its prefix too", () => {
    for (const names of [["wte.weight"], ["transformer.wte.weight"]]) {
      const layout = layoutOf(config, names);
      const asked: string[] = [];
      layout.build((tensor, shape) => {
        asked.push(tensor);
        return new Float32Array(shape.reduce((product, size) => product * size, 1));
      });
      expect(new Set(asked).size).toBe(asked.length);
      expect([...tensorShapesOf(layout).keys()]).toEqual(asked);
      if (name === "gpt2") expect(asked).toContain(names[0]);
    }
  });

  it("shares the words with the output where it is tied, and asks for an output where it is not", () => {
    const build = (tie: boolean) => {
      const layout = layoutOf({ ...config, tie_word_embeddings: tie }, ["lm_head.weight"]);
      const tensors = new Map(
        Array.from(tensorShapesOf(layout), ([tensor, shape]): [string, Float32Array] => [
          tensor,
          new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(tensor.length),
        ]),
      );
      return { layout, tensors, model: layout.build((tensor) => tensors.get(tensor)!) };
    };
    const tied = build(true);
    expect(tied.model.output).toBe(tied.model.words);
    expect(tied.tensors.has("lm_head.weight")).toBe(false);
    expect(tied.layout.ignoredPrefixes).toContain("lm_head.");
    const untied = build(false);
    expect(untied.model.output).toBe(untied.tensors.get("lm_head.weight"));
    expect(untied.layout.ignoredPrefixes).not.toContain("lm_head.");
  });

  it("refuses a configuration that lacks a field, or has it wrong, by the field's name", () => {
    const needed = Object.keys(config).filter(
      (field) => !["n_inner", "num_key_value_heads", "head_dim", "rope_theta"].includes(field),
    );
    for (const field of needed) {
      const { [field as keyof typeof config]: _, ...rest } = config;
      expect(() => layoutOf(rest), field).toThrow(field);
      expect(() => layoutOf({ ...config, [field]: "wrong" }), field).toThrow(
        field === "model_type" ? "no engine runs this type" : field,
      );
    }
  });
});

test.each([
  ["gpt2", { n_head: 5 }, "checkpoint", /at n_head: .*do not divide.*hidden size 12, 5 heads/],
  ["gpt2", { activation_function: "swish" }, "checkpoint", /activation_function/],
  ["gpt2", { scale_attn_by_inverse_layer_idx: true }, "checkpoint", /scale_attn_by_inverse_layer_idx/],
  ["llama", { head_dim: null, num_attention_heads: 5 }, "checkpoint", /at num_attention_heads: .*not divide/],
  ["llama", { num_key_value_heads: 3 }, "checkpoint", /at num_key_value_heads: .*4 query heads, 3 key and/],
  ["llama", { head_dim: 3 }, "checkpoint", /at head_dim: a head of odd size.*head size 3/],
  ["llama", { rope_scaling: { factor: 2 } }, "missing-engine", /at rope_scaling: no engine scales rotary/],
  ["llama", { rope_parameters: { rope_type: "yarn" } }, "missing-engine", /at rope_parameters.rope_type/],
  ["llama", { attention_bias: true }, "checkpoint", /attention_bias/],
  ["llama", { hidden_act: "gelu" }, "checkpoint", /hidden_act/],
] as const)("%s with %j is refused by its field", (name, change, code, message) => {
  const act = () => layoutOf({ ...tinyDecoderJsons[name], ...change });
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ code }));
});

test("the base of rotary positions is where older or newer files say it", () => {
  const { rope_theta: _, ...config } = tinyDecoderJsons.llama;
  const baseIn = (more: object) =>
    layoutOf({ ...config, ...more }).build(() => new Float32Array(0)).positions;
  expect(baseIn({})).toEqual({ kind: "rotary", base: 10_000 });
  expect(baseIn({ rope_theta: 7 })).toEqual({ kind: "rotary", base: 7 });
  expect(baseIn({ rope_parameters: { rope_type: "default", rope_theta: 9 } })).toMatchObject({ base: 9 });
});

test("weights that GPT-2 stores (inputs, outputs) are turned, and Q, K and V cut apart", () => {
  const config = { ...tinyDecoderJsons.gpt2, n_embd: 2, n_head: 1, n_layer: 1, n_inner: 3 };
  // Element (input, output) is 10 · input + output.
  const model = layoutOf(config, ["wte.weight"]).build((_, [rows, columns = 1]) =>
    Float32Array.from(
      { length: rows! * columns },
      (_, index) => 10 * Math.floor(index / columns) + (index % columns),
    ),
  );
  const { query, key, value, feedForward } = model.layers[0]!;
  expect(feedForward.intermediate).toMatchObject({ outputs: 3, inputs: 2 });
  expect([...feedForward.intermediate.weight]).toEqual([0, 10, 1, 11, 2, 12]);
  expect([...feedForward.output.weight]).toEqual([0, 10, 20, 1, 11, 21]);
  // The stored matrix is (2, 6): outputs 0 and 1 are Q, 2 and 3 K, 4 and 5 V.
  expect([query, key, value].map(({ weight }) => [...weight])).toEqual([
    [0, 10, 1, 11],
    [2, 12, 3, 13],
    [4, 14, 5, 15],
  ]);
  expect([query, key, value].map(({ bias }) => [...bias])).toEqual([
    [0, 10],
    [20, 30],
    [40, 50],
  ]);
});

describe("a model of the other kind", () => {
  const encoder = () => folderInMemory(tinyFolder(tinyCases[0]!));
  const decoder = () => ({
    ...folderInMemory(new Map([["tiny.gguf", Uint8Array.from(tinyLlamaGguf())]])),
    namedFile: "tiny.gguf",
    list: async () => ["tiny.gguf"],
  });
  const spatten = createSpatten();

  it("is refused by loadDecoder, which says what an encoder is for", async () => {
    await expect(spatten.loadDecoder(encoder())).rejects.toMatchObject({
      code: "missing-engine",
      message: expect.stringMatching(
        /is an encoder; got "bert".*load\(\), or spatten run without --generate/,
      ),
    });
  });

  it.each([
    ["load", () => spatten.load(decoder())],
    ["exportOnnx", () => spatten.exportOnnx(decoder())],
  ] as const)("is refused by %s, which says what a decoder is for", async (_name, act) => {
    await expect(act()).rejects.toMatchObject({
      code: "missing-engine",
      message: expect.stringMatching(/is a decoder; got "llama".*loadDecoder\(\), or spatten run --generate/),
    });
  });
});
