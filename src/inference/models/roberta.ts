import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import { bertEmbeddings, bertLayer } from "./bert.ts";
import type { EncoderShape } from "./encoder-model.ts";
import { answerHead, embeddingHead, firstTokenHead, type TaskHead, wordHead } from "./heads.ts";
import {
  activationOf,
  activationSchema,
  headDimensionOf,
  labelFields,
  labelsOf,
} from "./hugging-face-config.ts";
import { namedParts } from "./hugging-face-tensors.ts";

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
    const { build: headFrom, ...head } = headOf(config, names, where);
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
        const embeddings = bertEmbeddings(take, parts, config, { prefix, firstPosition });
        return {
          shape,
          activation: activationOf(config.hidden_act),
          normPlacement: "post",
          embeddings,
          layers: Array.from({ length: shape.layerCount }, (_, layer) =>
            bertLayer(parts, shape, `${prefix}encoder.layer.${layer}`),
          ),
          head: headFrom(parts, embeddings.words, take),
        };
      },
    };
  },
};

function headOf(config: RobertaConfig, names: ReadonlySet<string>, where: string): TaskHead {
  const { hidden_size: hidden, vocab_size: vocabulary } = config;
  if (names.has("qa_outputs.weight")) return answerHead(hidden);
  if (names.has("classifier.dense.weight")) {
    const tensors = { dense: "classifier.dense", output: "classifier.out_proj" };
    return firstTokenHead(labelsOf(config, where), tensors, "tanh", hidden);
  }
  if (!names.has("lm_head.bias")) return embeddingHead();
  const tensors = { dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias" };
  return wordHead(tensors, "gelu", { hidden, vocabulary });
}
