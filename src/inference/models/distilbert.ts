import * as z from "zod/mini";
import { integerAtLeast, parseWith } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import type { EncoderLayer, EncoderShape } from "./encoder-model.ts";
import { answerHead, embeddingHead, firstTokenHead, type TaskHead, wordHead } from "./heads.ts";
import {
  activationOf,
  activationSchema,
  headDimensionOf,
  labelFields,
  labelsOf,
} from "./hugging-face-config.ts";
import { type NamedParts, namedParts } from "./hugging-face-tensors.ts";

const configSchema = z.looseObject({
  model_type: z.literal("distilbert"),
  n_layers: integerAtLeast(1),
  dim: integerAtLeast(1),
  n_heads: integerAtLeast(1),
  hidden_dim: integerAtLeast(1),
  max_position_embeddings: integerAtLeast(1),
  vocab_size: integerAtLeast(1),
  activation: activationSchema,
  ...labelFields,
});
type DistilBertConfig = z.infer<typeof configSchema>;

/** The library that writes these checkpoints has it fixed. */
const LAYER_NORM_EPSILON = 1e-12;

/** DistilBERT: BERT's layers without types and pooler (Sanh et al. 2019). */
export const distilBertArchitecture: Architecture = {
  id: "distilbert",
  title: "DistilBERT",
  source: "Sanh et al. 2019, arXiv:1910.01108; tensor names of the Hugging Face hub",
  takes: "tokens",
  layoutOf: (value, names, where) => {
    const config = parseWith(configSchema, value, {
      ...{ what: "DistilBERT configuration", where, code: "checkpoint" },
    });
    const shape: EncoderShape = {
      layerCount: config.n_layers,
      hiddenSize: config.dim,
      headCount: config.n_heads,
      headDimension: headDimensionOf(config.dim, config.n_heads, where),
      feedForwardSize: config.hidden_dim,
    };
    const prefix = names.has("embeddings.word_embeddings.weight") ? "" : "distilbert.";
    const { build: headFrom, ...head } = headOf(config, names, where);
    return {
      shape,
      ...head,
      positionCount: config.max_position_embeddings,
      vocabularySize: config.vocab_size,
      ignoredPrefixes: [`${prefix}embeddings.position_ids`, "vocab_projector.weight"],
      build: (take) => {
        const parts = namedParts(take, LAYER_NORM_EPSILON);
        const words = take(`${prefix}embeddings.word_embeddings.weight`, [config.vocab_size, config.dim]);
        return {
          shape,
          activation: activationOf(config.activation),
          normPlacement: "post",
          embeddings: {
            kind: "tokens",
            words,
            positions: take(`${prefix}embeddings.position_embeddings.weight`, [
              config.max_position_embeddings,
              config.dim,
            ]),
            firstPosition: 0,
            norm: parts.norm(`${prefix}embeddings.LayerNorm`, config.dim),
          },
          layers: Array.from({ length: shape.layerCount }, (_, layer) =>
            distilBertLayer(parts, shape, `${prefix}transformer.layer.${layer}`),
          ),
          head: headFrom(parts, words, take),
        };
      },
    };
  },
};

function distilBertLayer(parts: NamedParts, shape: EncoderShape, name: string): EncoderLayer {
  const { hiddenSize: hidden, feedForwardSize: wide } = shape;
  return {
    query: parts.linear(`${name}.attention.q_lin`, hidden, hidden),
    key: parts.linear(`${name}.attention.k_lin`, hidden, hidden),
    value: parts.linear(`${name}.attention.v_lin`, hidden, hidden),
    attentionOutput: parts.linear(`${name}.attention.out_lin`, hidden, hidden),
    attentionNorm: parts.norm(`${name}.sa_layer_norm`, hidden),
    intermediate: parts.linear(`${name}.ffn.lin1`, wide, hidden),
    output: parts.linear(`${name}.ffn.lin2`, hidden, wide),
    outputNorm: parts.norm(`${name}.output_layer_norm`, hidden),
  };
}

function headOf(config: DistilBertConfig, names: ReadonlySet<string>, where: string): TaskHead {
  const { dim: hidden, vocab_size: vocabulary } = config;
  if (names.has("qa_outputs.weight")) return answerHead(hidden);
  if (names.has("vocab_transform.weight")) {
    const tensors = { dense: "vocab_transform", norm: "vocab_layer_norm", bias: "vocab_projector.bias" };
    return wordHead(tensors, activationOf(config.activation), { hidden, vocabulary });
  }
  if (!names.has("classifier.weight")) return embeddingHead();
  const tensors = { dense: "pre_classifier", output: "classifier" };
  return firstTokenHead(labelsOf(config, where), tensors, "relu", hidden);
}
