import type { Task } from "../../src/inference/models/architecture.ts";
import type { ModelInput } from "../../src/inference/models/encoder-model.ts";
import { tinyBertJson } from "./tiny-bert.ts";

const roberta = { ...tinyBertJson, model_type: "roberta", type_vocab_size: 1, pad_token_id: 1 };
const distilbert = {
  model_type: "distilbert",
  ...{ n_layers: 3, dim: 12, n_heads: 3, hidden_dim: 16, max_position_embeddings: 24, vocab_size: 40 },
  ...{ activation: "gelu", id2label: tinyBertJson.id2label },
};
export const tinyVit = {
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

/** A layout: its configuration, the names of tensors that tell its head, and the task that they mean. */
export interface TinyCase {
  readonly config: object;
  readonly names: readonly string[];
  readonly task: Task;
}

/** Every architecture with every head that it has, small enough for property tests. */
export const tinyCases: readonly TinyCase[] = [
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
  { config: tinyVit, names: ["classifier.weight"], task: "classification" },
  { config: { ...tinyVit, qkv_bias: false }, names: ["embeddings.cls_token"], task: "embedding" },
  { config: keyword, names: [], task: "classification" },
];

/** Patches, or 1 to 12 ids, which the seed decides. */
export function tinyInput(takesPatches: boolean, seed: number): ModelInput {
  const value = (index: number): number => Math.sin(seed + 7 * index);
  return takesPatches
    ? { kind: "patches", patchCount: 9, features: Float32Array.from({ length: 9 * 48 }, (_, i) => value(i)) }
    : {
        kind: "tokens",
        ids: Array.from({ length: 1 + (seed % 12) }, (_, i) => Math.floor(20 + 19 * value(i))),
        typeIds: Array.from({ length: 1 + (seed % 12) }, (_, i) => (i > seed % 5 ? 1 : 0)),
      };
}
