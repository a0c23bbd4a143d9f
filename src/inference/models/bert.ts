import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture, TakeTensor } from "./architecture.ts";
import type { EncoderLayer, EncoderShape, TokenEmbeddings } from "./encoder-model.ts";
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
  model_type: z.literal("bert"),
  num_hidden_layers: integerAtLeast(1),
  hidden_size: integerAtLeast(1),
  num_attention_heads: integerAtLeast(1),
  intermediate_size: integerAtLeast(1),
  max_position_embeddings: integerAtLeast(1),
  type_vocab_size: integerAtLeast(1),
  vocab_size: integerAtLeast(1),
  layer_norm_eps: positiveNumber(),
  hidden_act: activationSchema,
  position_embedding_type: z.optional(z.literal("absolute")),
  ...labelFields,
});
type BertConfig = z.infer<typeof configSchema>;

/** BERT: post-norm, learned positions, types (Devlin et al. 2019), with any of the heads that its checkpoints carry. */
export const bertArchitecture: Architecture = {
  id: "bert",
  title: "BERT",
  source: "Devlin et al., NAACL 2019; tensor names of the Hugging Face hub",
  takes: "tokens",
  layoutOf: (value, names, where) => {
    const config = parseWith(configSchema, value, { what: "BERT configuration", where, code: "checkpoint" });
    const shape: EncoderShape = {
      layerCount: config.num_hidden_layers,
      hiddenSize: config.hidden_size,
      headCount: config.num_attention_heads,
      headDimension: headDimensionOf(config.hidden_size, config.num_attention_heads, where),
      feedForwardSize: config.intermediate_size,
    };
    // A bare encoder is stored without the prefix that it has below a head.
    const prefix = names.has("embeddings.word_embeddings.weight") ? "" : "bert.";
    const { build: headFrom, ...head } = headOf(config, names, where);
    return {
      shape,
      ...head,
      positionCount: config.max_position_embeddings,
      vocabularySize: config.vocab_size,
      ignoredPrefixes: [
        `${prefix}embeddings.position_ids`,
        // Stored beside heads that do not read it.
        ...(names.has("classifier.weight") ? [] : [`${prefix}pooler.`]),
      ],
      build: (take) => {
        const parts = namedParts(take, config.layer_norm_eps);
        const embeddings = bertEmbeddings(take, parts, config, { prefix, firstPosition: 0 });
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

/** Which head the checkpoint has, told by its tensors. */
function headOf(config: BertConfig, names: ReadonlySet<string>, where: string): TaskHead {
  const { hidden_size: hidden, vocab_size: vocabulary } = config;
  if (names.has("qa_outputs.weight")) return answerHead(hidden);
  if (names.has("cls.predictions.bias")) {
    const transform = "cls.predictions.transform";
    const tensors = {
      dense: `${transform}.dense`,
      norm: `${transform}.LayerNorm`,
      bias: "cls.predictions.bias",
    };
    return wordHead(tensors, activationOf(config.hidden_act), { hidden, vocabulary });
  }
  if (!names.has("classifier.weight")) return embeddingHead();
  const tensors = { dense: "bert.pooler.dense", output: "classifier" };
  return firstTokenHead(labelsOf(config, where), tensors, "tanh", hidden);
}

/** Sizes that BERT's and RoBERTa's configurations share. */
type EmbeddingSizes = Pick<
  BertConfig,
  "vocab_size" | "hidden_size" | "max_position_embeddings" | "type_vocab_size"
>;

/** Embeddings under BERT's names, which RoBERTa shares. */
export function bertEmbeddings(
  take: TakeTensor,
  parts: NamedParts,
  sizes: EmbeddingSizes,
  { prefix, firstPosition }: { readonly prefix: string; readonly firstPosition: number },
): TokenEmbeddings {
  const hidden = sizes.hidden_size;
  const name = `${prefix}embeddings`;
  return {
    kind: "tokens",
    words: take(`${name}.word_embeddings.weight`, [sizes.vocab_size, hidden]),
    positions: take(`${name}.position_embeddings.weight`, [sizes.max_position_embeddings, hidden]),
    firstPosition,
    types: take(`${name}.token_type_embeddings.weight`, [sizes.type_vocab_size, hidden]),
    norm: parts.norm(`${name}.LayerNorm`, hidden),
  };
}

/** A layer under BERT's names, which RoBERTa shares. */
export function bertLayer(parts: NamedParts, shape: EncoderShape, name: string): EncoderLayer {
  const { hiddenSize: hidden, feedForwardSize: wide } = shape;
  return {
    query: parts.linear(`${name}.attention.self.query`, hidden, hidden),
    key: parts.linear(`${name}.attention.self.key`, hidden, hidden),
    value: parts.linear(`${name}.attention.self.value`, hidden, hidden),
    attentionOutput: parts.linear(`${name}.attention.output.dense`, hidden, hidden),
    attentionNorm: parts.norm(`${name}.attention.output.LayerNorm`, hidden),
    intermediate: parts.linear(`${name}.intermediate.dense`, wide, hidden),
    output: parts.linear(`${name}.output.dense`, hidden, wide),
    outputNorm: parts.norm(`${name}.output.LayerNorm`, hidden),
  };
}
