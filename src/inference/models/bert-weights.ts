import type { LayerNorm } from "../engines/reference/layer-norm.ts";
import type { Linear } from "../engines/reference/linear.ts";
import type { BertConfig } from "./bert-config.ts";

/** Weights of one encoder layer; every matrix is (outputs, inputs). */
export interface BertLayerWeights {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly attentionOutput: Linear;
  readonly attentionNorm: LayerNorm;
  readonly intermediate: Linear;
  readonly output: Linear;
  readonly outputNorm: LayerNorm;
}

/** Weights of a BERT classifier. */
export interface BertWeights {
  /** (vocabulary, hidden) */
  readonly wordEmbeddings: Float32Array;
  /** (positions, hidden) */
  readonly positionEmbeddings: Float32Array;
  /** (types, hidden) */
  readonly typeEmbeddings: Float32Array;
  readonly embeddingNorm: LayerNorm;
  readonly layers: readonly BertLayerWeights[];
  readonly pooler: Linear;
  readonly classifier: Linear;
}

/** Gives the tensor of that name and shape. */
export type TakeTensor = (name: string, shape: readonly number[]) => Float32Array;

/** The weights, each tensor asked for by its Hugging Face name. */
export function assembleBert(config: BertConfig, take: TakeTensor): BertWeights {
  const { hiddenSize: hidden, feedForwardSize: wide } = config;
  const linear = (name: string, outputs: number, inputs: number): Linear => ({
    weight: take(`${name}.weight`, [outputs, inputs]),
    bias: take(`${name}.bias`, [outputs]),
    outputs,
    inputs,
  });
  const norm = (name: string): LayerNorm => ({
    weight: take(`${name}.weight`, [hidden]),
    bias: take(`${name}.bias`, [hidden]),
    epsilon: config.layerNormEpsilon,
  });
  const layerWeights = (layer: number): BertLayerWeights => {
    const name = `bert.encoder.layer.${layer}`;
    return {
      query: linear(`${name}.attention.self.query`, hidden, hidden),
      key: linear(`${name}.attention.self.key`, hidden, hidden),
      value: linear(`${name}.attention.self.value`, hidden, hidden),
      attentionOutput: linear(`${name}.attention.output.dense`, hidden, hidden),
      attentionNorm: norm(`${name}.attention.output.LayerNorm`),
      intermediate: linear(`${name}.intermediate.dense`, wide, hidden),
      output: linear(`${name}.output.dense`, hidden, wide),
      outputNorm: norm(`${name}.output.LayerNorm`),
    };
  };
  return {
    wordEmbeddings: take("bert.embeddings.word_embeddings.weight", [config.vocabularySize, hidden]),
    positionEmbeddings: take("bert.embeddings.position_embeddings.weight", [config.positionCount, hidden]),
    typeEmbeddings: take("bert.embeddings.token_type_embeddings.weight", [config.typeCount, hidden]),
    embeddingNorm: norm("bert.embeddings.LayerNorm"),
    layers: Array.from({ length: config.layerCount }, (_, layer) => layerWeights(layer)),
    pooler: linear("bert.pooler.dense", hidden, hidden),
    classifier: linear("classifier", config.labels.length, hidden),
  };
}

/** Every tensor of the checkpoint with its shape: what `assembleBert` asks for. */
export function bertTensorShapes(config: BertConfig): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  assembleBert(config, (name, shape) => {
    shapes.set(name, shape);
    return new Float32Array(0);
  });
  return shapes;
}
