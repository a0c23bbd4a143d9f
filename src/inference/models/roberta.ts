import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import { bertEmbeddings, bertLayer } from "./bert.ts";
import { answerHead, embeddingHead, firstTokenHead, type TaskHead, wordHead } from "./heads.ts";
import {
  activationOf,
  activationSchema,
  labelFields,
  labelsOf,
  shapeFields,
  shapeOf,
} from "./hugging-face-config.ts";
import { textLayout } from "./text-layout.ts";

const configSchema = z.looseObject({
  model_type: z.literal("roberta"),
  ...shapeFields,
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
    const shape = shapeOf(config, where);
    const prefix = names.has("embeddings.word_embeddings.weight") ? "" : "roberta.";
    const firstPosition = (config.pad_token_id ?? 1) + 1;
    const head = headOf(config, names, where);
    return textLayout({
      shape,
      head,
      positionCount: config.max_position_embeddings - firstPosition,
      vocabularySize: config.vocab_size,
      ignoredPrefixes: [
        `${prefix}embeddings.position_ids`,
        `${prefix}pooler.`,
        "lm_head.decoder.",
        ...(head.task === "masked-language-model" ? [] : ["lm_head."]),
      ],
      activation: activationOf(config.hidden_act),
      layerNormEpsilon: config.layer_norm_eps,
      embeddings: (parts, take) => bertEmbeddings(take, parts, config, { prefix, firstPosition }),
      layer: (parts, layer) => bertLayer(parts, shape, `${prefix}encoder.layer.${layer}`),
    });
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
