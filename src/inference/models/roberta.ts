import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture, ModelLayout, TakeTensor } from "./architecture.ts";
import { bertLayer } from "./bert.ts";
import type { EncoderHead, EncoderShape } from "./encoder-model.ts";
import {
  activationOf,
  activationSchema,
  headDimensionOf,
  labelFields,
  labelsOf,
} from "./hugging-face-config.ts";
import { type NamedParts, namedParts } from "./hugging-face-tensors.ts";

const configSchema = z.looseObject({
  model_type: z.literal("roberta"),
  num_hidden_layers: integerAtLeast(1),
  hidden_size: integerAtLeast(1),
  num_attention_heads: integerAtLeast(1),
  intermediate_size: integerAtLeast(1),
  max_position_embeddings: integerAtLeast(3),
  type_vocab_size: integerAtLeast(1),
  vocab_size: integerAtLeast(1),
  layer_norm_eps: positiveNumber(),
  hidden_act: activationSchema,
  pad_token_id: z.optional(integerAtLeast(0)),
  ...labelFields,
});
type RobertaConfig = z.infer<typeof configSchema>;

/** RoBERTa: BERT's layers, positions counted from behind the padding id, heads of its own (Liu et al. 2019). */
export const robertaArchitecture: Architecture = {
  id: "roberta",
  title: "RoBERTa",
  source: "Liu et al. 2019, arXiv:1907.11692; tensor names of the Hugging Face hub",
  takes: "tokens",
  layoutOf: (value, names, where) => {
    const config = parseWith(configSchema, value, {
      ...{ what: "RoBERTa configuration", where, code: "checkpoint" },
    });
    const shape: EncoderShape = {
      layerCount: config.num_hidden_layers,
      hiddenSize: config.hidden_size,
      headCount: config.num_attention_heads,
      headDimension: headDimensionOf(config.hidden_size, config.num_attention_heads, where),
      feedForwardSize: config.intermediate_size,
    };
    const prefix = names.has("embeddings.word_embeddings.weight") ? "" : "roberta.";
    const firstPosition = (config.pad_token_id ?? 1) + 1;
    const { headFrom, ...head } = headOf(config, names, where);
    return {
      shape,
      ...head,
      positionCount: config.max_position_embeddings - firstPosition,
      vocabularySize: config.vocab_size,
      ignoredPrefixes: [
        `${prefix}embeddings.position_ids`,
        `${prefix}pooler.`,
        "lm_head.decoder.",
        ...(head.task === "masked-language-model" ? [] : ["lm_head."]),
      ],
      build: (take) => {
        const parts = namedParts(take, config.layer_norm_eps);
        const hidden = shape.hiddenSize;
        const words = take(`${prefix}embeddings.word_embeddings.weight`, [config.vocab_size, hidden]);
        return {
          shape,
          activation: activationOf(config.hidden_act),
          normPlacement: "post",
          embeddings: {
            kind: "tokens",
            words,
            positions: take(`${prefix}embeddings.position_embeddings.weight`, [
              config.max_position_embeddings,
              hidden,
            ]),
            firstPosition,
            types: take(`${prefix}embeddings.token_type_embeddings.weight`, [config.type_vocab_size, hidden]),
            norm: parts.norm(`${prefix}embeddings.LayerNorm`, hidden),
          },
          layers: Array.from({ length: shape.layerCount }, (_, layer) =>
            bertLayer(parts, shape, `${prefix}encoder.layer.${layer}`),
          ),
          head: headFrom(parts, words, take),
        };
      },
    };
  },
};

interface RobertaHead extends Pick<ModelLayout, "labels" | "task"> {
  readonly headFrom: (parts: NamedParts, words: Float32Array, take: TakeTensor) => EncoderHead;
}

function headOf(config: RobertaConfig, names: ReadonlySet<string>, where: string): RobertaHead {
  const { hidden_size: hidden, vocab_size: vocabulary } = config;
  if (names.has("qa_outputs.weight")) {
    return {
      task: "question-answering",
      labels: [],
      headFrom: (parts) => ({
        kind: "each-token",
        layers: [{ linear: parts.linear("qa_outputs", 2, hidden) }],
      }),
    };
  }
  if (names.has("classifier.dense.weight")) {
    const { labels, task } = labelsOf(config, where);
    return {
      labels,
      task,
      headFrom: (parts) => ({
        kind: "first-token",
        layers: [
          { linear: parts.linear("classifier.dense", hidden, hidden), activation: "tanh" },
          { linear: parts.linear("classifier.out_proj", labels.length, hidden) },
        ],
      }),
    };
  }
  if (!names.has("lm_head.bias")) {
    return { task: "embedding", labels: [], headFrom: () => ({ kind: "mean" }) };
  }
  return {
    task: "masked-language-model",
    labels: [],
    headFrom: (parts, words, take) => {
      const bias = take("lm_head.bias", [vocabulary]);
      const norm = parts.norm("lm_head.layer_norm", hidden);
      const linear = parts.linear("lm_head.dense", hidden, hidden);
      const decoder = { weight: words, bias, outputs: vocabulary, inputs: hidden };
      return { kind: "each-token", layers: [{ linear, activation: "gelu", norm }, { linear: decoder }] };
    },
  };
}
