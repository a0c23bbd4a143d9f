import { createRandom } from "../../src/base/random.ts";
import { type ModelLayout, tensorShapesOf } from "../../src/inference/models/architecture.ts";
import { bertArchitecture } from "../../src/inference/models/bert.ts";
import type { EncoderModel } from "../../src/inference/models/encoder-model.ts";

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

export const tinyBertLayout: ModelLayout = bertArchitecture.layoutOf(
  tinyBertJson,
  new Set(["classifier.weight"]),
  "tiny",
);

/** A sentence for it, as ids of its vocabulary. */
export const tinyIds = [5, 9, 1, 33, 20, 8, 17, 2, 30, 31];

/** What a workload says of it. */
export const tinyShapeAt = (tokenCount: number) => ({
  ...{ name: "tiny", layerCount: 3, headCount: 3, headDimension: 4 },
  tokenCount,
});

/** Random weights for a layout, large enough that attention is not uniform. */
export function randomTensors(layout: ModelLayout, seed: number): Map<string, Float32Array> {
  const random = createRandom(seed);
  const tensors = new Map<string, Float32Array>();
  for (const [name, shape] of tensorShapesOf(layout)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const isNorm = /norm/i.test(name) && name.endsWith(".weight");
    tensors.set(
      name,
      Float32Array.from({ length }, () => (random.next() - 0.5) * 1.6 + (isNorm ? 1 : 0)),
    );
  }
  return tensors;
}

export function randomModel(layout: ModelLayout, seed: number): EncoderModel {
  const tensors = randomTensors(layout, seed);
  return layout.build((name) => tensors.get(name)!);
}

/** A BERT classifier of three layers with random weights. */
export function tinyBert(seed: number): EncoderModel {
  return randomModel(tinyBertLayout, seed);
}
