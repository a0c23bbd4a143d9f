import { createRandom } from "../../src/base/random.ts";
import { type BertConfig, parseBertConfig } from "../../src/inference/models/bert-config.ts";
import { assembleBert, type BertWeights, bertTensorShapes } from "../../src/inference/models/bert-weights.ts";

/** config.json of a BERT small enough for property tests. */
export const tinyBertJson = {
  model_type: "bert",
  num_hidden_layers: 3,
  hidden_size: 12,
  num_attention_heads: 3,
  intermediate_size: 16,
  max_position_embeddings: 24,
  type_vocab_size: 2,
  vocab_size: 40,
  layer_norm_eps: 1e-12,
  hidden_act: "gelu",
  id2label: { "0": "zero", "1": "one", "2": "two", "3": "three" },
};

export const tinyBertConfig: BertConfig = parseBertConfig(tinyBertJson, "tiny");

/** Random weights, large enough that attention is not uniform. */
export function tinyBertTensors(seed: number): Map<string, Float32Array> {
  const random = createRandom(seed);
  const tensors = new Map<string, Float32Array>();
  for (const [name, shape] of bertTensorShapes(tinyBertConfig)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const isNorm = name.endsWith("LayerNorm.weight");
    tensors.set(
      name,
      Float32Array.from({ length }, () => (random.next() - 0.5) * 1.6 + (isNorm ? 1 : 0)),
    );
  }
  return tensors;
}

export function tinyBertWeights(seed: number): BertWeights {
  const tensors = tinyBertTensors(seed);
  return assembleBert(tinyBertConfig, (name) => tensors.get(name)!);
}
