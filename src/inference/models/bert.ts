import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture, ModelLayout, TakeTensor, Task } from "./architecture.ts";
import type { EncoderHead, EncoderLayer, EncoderModel, EncoderShape } from "./encoder-model.ts";
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
    const head = headOf(config, names, where);
    return {
      shape,
      ...head,
      positionCount: config.max_position_embeddings,
      vocabularySize: config.vocab_size,
      ignoredPrefixes: [
        `${prefix}embeddings.position_ids`,
        ...head.ignoredNames.map((name) => prefix + name),
      ],
      build: (take) => buildBert(config, shape, prefix, head.layersOf, take),
    };
  },
};

interface BertHead extends Pick<ModelLayout, "labels" | "task"> {
  /** Below the encoder's prefix. */
  readonly ignoredNames: readonly string[];
  readonly layersOf: (parts: NamedParts, words: Float32Array, take: TakeTensor) => EncoderHead;
}

/** Which head the checkpoint has, told by its tensors. */
function headOf(config: BertConfig, names: ReadonlySet<string>, where: string): BertHead {
  const { hidden_size: hidden, vocab_size: vocabulary } = config;
  const none: readonly string[] = [];
  if (names.has("qa_outputs.weight")) {
    const task: Task = "question-answering";
    const layersOf = (parts: NamedParts): EncoderHead => ({
      kind: "each-token",
      layers: [{ linear: parts.linear("qa_outputs", 2, hidden) }],
    });
    return { task, labels: none, ignoredNames: ["pooler."], layersOf };
  }
  if (names.has("cls.predictions.bias")) {
    const layersOf: BertHead["layersOf"] = (parts, words, take) => ({
      kind: "each-token",
      layers: [
        {
          linear: parts.linear("cls.predictions.transform.dense", hidden, hidden),
          activation: activationOf(config.hidden_act),
          norm: parts.norm("cls.predictions.transform.LayerNorm", hidden),
        },
        {
          linear: {
            weight: words,
            bias: take("cls.predictions.bias", [vocabulary]),
            outputs: vocabulary,
            inputs: hidden,
          },
        },
      ],
    });
    return { task: "masked-language-model", labels: none, ignoredNames: ["pooler."], layersOf };
  }
  if (!names.has("classifier.weight")) {
    return { task: "embedding", labels: none, ignoredNames: ["pooler."], layersOf: () => ({ kind: "mean" }) };
  }
  const { labels, task } = labelsOf(config, where);
  const layersOf = (parts: NamedParts): EncoderHead => ({
    kind: "first-token",
    layers: [
      { linear: parts.linear("bert.pooler.dense", hidden, hidden), activation: "tanh" },
      { linear: parts.linear("classifier", labels.length, hidden) },
    ],
  });
  return { labels, task, ignoredNames: none, layersOf };
}

function buildBert(
  config: BertConfig,
  shape: EncoderShape,
  prefix: string,
  layersOf: BertHead["layersOf"],
  take: TakeTensor,
): EncoderModel {
  const { hiddenSize: hidden } = shape;
  const parts = namedParts(take, config.layer_norm_eps);
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
      firstPosition: 0,
      types: take(`${prefix}embeddings.token_type_embeddings.weight`, [config.type_vocab_size, hidden]),
      norm: parts.norm(`${prefix}embeddings.LayerNorm`, hidden),
    },
    layers: Array.from({ length: shape.layerCount }, (_, layer) =>
      bertLayer(parts, shape, `${prefix}encoder.layer.${layer}`),
    ),
    head: layersOf(parts, words, take),
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
