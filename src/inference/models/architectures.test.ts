import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { randomModel, tinyBertJson } from "../../../test/support/tiny-bert.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { pruningMethods } from "../../pruning/methods/registry.ts";
import { parsePlan } from "../../pruning/plan.ts";
import { referenceEngine } from "../engines/engine.ts";
import { runMaskedEncoder } from "../engines/reference/encoder.reference.ts";
import { type Task, tensorShapesOf } from "./architecture.ts";
import { type ModelInput, rowCountOf } from "./encoder-model.ts";
import { architectureOf, architectures } from "./registry.ts";

const roberta = { ...tinyBertJson, model_type: "roberta", type_vocab_size: 1, pad_token_id: 1 };
const distilbert = {
  model_type: "distilbert",
  ...{ n_layers: 3, dim: 12, n_heads: 3, hidden_dim: 16, max_position_embeddings: 24, vocab_size: 40 },
  ...{ activation: "gelu", id2label: tinyBertJson.id2label },
};
const vit = {
  model_type: "vit",
  ...{ num_hidden_layers: 3, hidden_size: 12, num_attention_heads: 3, intermediate_size: 16 },
  ...{ image_size: 12, patch_size: 4, num_channels: 3, layer_norm_eps: 1e-6, hidden_act: "gelu" },
  id2label: tinyBertJson.id2label,
};
const keyword = {
  ...{ layers: 3, hidden: 12, heads: 3, head_dim: 4, mlp: 16, patch_tokens: 9, features_per_token: 48 },
  ...{ norm: "post", norm_eps: 1e-6, activation: "gelu_tanh", qkv_bias: false, final_norm: false },
  labels: ["yes", "no"],
};

interface Case {
  readonly config: object;
  readonly names: readonly string[];
  readonly task: Task;
}

const cases: readonly Case[] = [
  { config: tinyBertJson, names: ["classifier.weight"], task: "classification" },
  {
    config: { ...tinyBertJson, hidden_act: "relu" },
    names: ["qa_outputs.weight"],
    task: "question-answering",
  },
  { config: tinyBertJson, names: ["cls.predictions.bias"], task: "masked-language-model" },
  { config: tinyBertJson, names: ["embeddings.word_embeddings.weight"], task: "embedding" },
  {
    config: { ...tinyBertJson, id2label: { "0": "score" } },
    names: ["classifier.weight"],
    task: "regression",
  },
  { config: roberta, names: ["classifier.dense.weight"], task: "classification" },
  { config: roberta, names: ["qa_outputs.weight"], task: "question-answering" },
  { config: roberta, names: ["lm_head.bias"], task: "masked-language-model" },
  { config: distilbert, names: ["classifier.weight"], task: "classification" },
  { config: distilbert, names: ["qa_outputs.weight"], task: "question-answering" },
  { config: distilbert, names: ["vocab_transform.weight"], task: "masked-language-model" },
  { config: distilbert, names: ["embeddings.word_embeddings.weight"], task: "embedding" },
  { config: vit, names: ["classifier.weight"], task: "classification" },
  { config: { ...vit, qkv_bias: false }, names: ["embeddings.cls_token"], task: "embedding" },
  { config: keyword, names: [], task: "classification" },
];

const planArbitrary = fc
  .tuple(
    fc.double({ min: 0.2, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([keepRatio, heads, quarters]) =>
    parsePlan({
      name: "drawn",
      source: "property test",
      tokens: {
        schedule: { kind: "per-layer", keepRatio: [1, Math.sqrt(keepRatio), keepRatio] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
        method: "spatten",
        protect: { firstCount: 1, lastCount: 0 },
      },
      heads: {
        schedule: { kind: "counts", keepCount: [3, 3, heads] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
      },
      values: { keepRatio: quarters / 4, rounding: "ceil", minimumCount: 1 },
    }),
  );

function inputFor(takesPatches: boolean, seed: number): ModelInput {
  const value = (index: number): number => Math.sin(seed + 7 * index);
  return takesPatches
    ? { kind: "patches", patchCount: 9, features: Float32Array.from({ length: 9 * 48 }, (_, i) => value(i)) }
    : {
        kind: "tokens",
        ids: Array.from({ length: 1 + (seed % 12) }, (_, i) => Math.floor(20 + 19 * value(i))),
      };
}

describe.each(cases.map((row) => ({ ...row, id: architectureOf(row.config, "tiny").id })))(
  "$id, $task",
  ({ config, names, task }) => {
    const layout = architectureOf(config, "tiny").layoutOf(config, new Set(names), "tiny");

    it("has the task, and asks for each tensor once", () => {
      expect(layout.task).toBe(task);
      const asked: string[] = [];
      layout.build((name, shape) => {
        asked.push(name);
        return new Float32Array(shape.reduce((product, size) => product * size, 1));
      });
      expect(new Set(asked).size).toBe(asked.length);
      expect([...tensorShapesOf(layout).keys()]).toEqual(asked);
    });

    it("removed equals masked, within 1e-5 of the largest output", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(500), planArbitrary, async (seed, plan) => {
          const model = randomModel(layout, seed);
          const input = inputFor(layout.vocabularySize === undefined, seed);
          const run = await referenceEngine.runEncoder(model, {
            ...{ input, plan, methods: pruningMethods, checkpoint: neverRest, captureTensors: false },
          });
          const masks = run.layers.map((layer) => ({
            tokens: layer.tokens,
            heads: layer.heads,
            valueCount: layer.headDecisions[0]!.valuesPerQuery[0]!,
          }));
          const masked = await runMaskedEncoder(model, input, masks, run.outputTokens);
          expect(run.logits).toHaveLength(masked.length);
          const scale = Math.max(1e-3, ...Array.from(masked, Math.abs));
          for (const [index, logit] of run.logits.entries()) {
            expect(Math.abs(logit - masked[index]!) / scale).toBeLessThan(1e-5);
          }
          expect(run.layers[0]!.tokens).toHaveLength(rowCountOf(input));
        }),
        { numRuns: 12 },
      );
    });
  },
);

test("every architecture is tried here", () => {
  const tried = new Set(cases.map(({ config }) => architectureOf(config, "tiny").id));
  expect([...tried].sort()).toEqual(architectures.map(({ id }) => id).sort());
});

test("an unknown type names the known ones, and a broken field its name", () => {
  expect(() => architectureOf({ model_type: "bart" }, "m")).toThrow('got "bart"; expected one of "bert"');
  expect(() => architectureOf({ model_type: "rbert" }, "m")).toThrow('did you mean "bert"');
  expect(() => architectureOf({}, "m")).toThrow("names no model_type");
  const broken = { ...vit, image_size: 13 };
  expect(() => architectureOf(broken, "m").layoutOf(broken, new Set(), "m")).toThrow("image_size 13");
});
