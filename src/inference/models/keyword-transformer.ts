import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import type { EncoderLayer, EncoderShape } from "./encoder-model.ts";
import { type NamedParts, namedParts } from "./hugging-face-tensors.ts";

const configSchema = z.looseObject({
  layers: integerAtLeast(1),
  hidden: integerAtLeast(1),
  heads: integerAtLeast(1),
  head_dim: integerAtLeast(1),
  mlp: integerAtLeast(1),
  patch_tokens: integerAtLeast(1),
  features_per_token: integerAtLeast(1),
  norm: z.enum(["post"]),
  norm_eps: positiveNumber(),
  activation: z.enum(["gelu_tanh"]),
  qkv_bias: z.literal(false),
  final_norm: z.literal(false),
  labels: z.array(z.string()).check(z.minLength(1)),
});

/** Keyword transformer: post-norm over frames of sound behind a class token (Berg et al. 2021). */
export const keywordTransformerArchitecture: Architecture = {
  id: "keyword-transformer",
  title: "Keyword transformer",
  source: "Berg, O'Connor and Cruz, Interspeech 2021, arXiv:2104.00769",
  takes: "patches",
  recognizes: (config) =>
    typeof config === "object" &&
    config !== null &&
    "patch_tokens" in config &&
    "features_per_token" in config,
  layoutOf: (value, _names, where) => {
    const config = parseWith(configSchema, value, {
      ...{ what: "keyword transformer configuration", where, code: "checkpoint" },
    });
    const shape: EncoderShape = {
      layerCount: config.layers,
      hiddenSize: config.hidden,
      headCount: config.heads,
      headDimension: config.head_dim,
      feedForwardSize: config.mlp,
    };
    return {
      shape,
      task: "classification",
      labels: config.labels,
      positionCount: 1 + config.patch_tokens,
      // What turns sound into features; a caller's matter.
      ignoredPrefixes: ["frontend."],
      build: (take) => {
        const parts = namedParts(take, config.norm_eps);
        return {
          shape,
          activation: "gelu-tanh",
          normPlacement: "post",
          embeddings: {
            kind: "patches",
            projection: parts.linear("patch_embed", config.hidden, config.features_per_token),
            classToken: take("cls_token", [1, 1, config.hidden]),
            positions: take("pos_embed", [1, 1 + config.patch_tokens, config.hidden]),
          },
          layers: Array.from({ length: shape.layerCount }, (_, layer) =>
            keywordLayer(parts, shape, `layers.${layer}`),
          ),
          head: {
            kind: "first-token",
            layers: [{ linear: parts.linear("head", config.labels.length, config.hidden) }],
          },
        };
      },
    };
  },
};

function keywordLayer(parts: NamedParts, shape: EncoderShape, name: string): EncoderLayer {
  const { hiddenSize: hidden, feedForwardSize: wide, headCount, headDimension } = shape;
  const attended = headCount * headDimension;
  return {
    query: parts.linearWithoutBias(`${name}.attn.query`, attended, hidden),
    key: parts.linearWithoutBias(`${name}.attn.key`, attended, hidden),
    value: parts.linearWithoutBias(`${name}.attn.value`, attended, hidden),
    attentionOutput: parts.linear(`${name}.attn.proj`, hidden, attended),
    attentionNorm: parts.norm(`${name}.norm1`, hidden),
    intermediate: parts.linear(`${name}.mlp.fc1`, wide, hidden),
    output: parts.linear(`${name}.mlp.fc2`, hidden, wide),
    outputNorm: parts.norm(`${name}.norm2`, hidden),
  };
}
