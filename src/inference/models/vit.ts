import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import type { EncoderHead, EncoderLayer, EncoderShape } from "./encoder-model.ts";
import {
  activationOf,
  activationSchema,
  headDimensionOf,
  labelFields,
  labelsOf,
} from "./hugging-face-config.ts";
import { type NamedParts, namedParts } from "./hugging-face-tensors.ts";

const configSchema = z.looseObject({
  model_type: z.literal("vit"),
  num_hidden_layers: integerAtLeast(1),
  hidden_size: integerAtLeast(1),
  num_attention_heads: integerAtLeast(1),
  intermediate_size: integerAtLeast(1),
  image_size: integerAtLeast(1),
  patch_size: integerAtLeast(1),
  num_channels: integerAtLeast(1),
  layer_norm_eps: positiveNumber(),
  hidden_act: activationSchema,
  qkv_bias: z.optional(z.boolean()),
  ...labelFields,
});

/** Vision transformer: pre-norm over patches behind a class token (Dosovitskiy et al. 2021). */
export const vitArchitecture: Architecture = {
  id: "vit",
  title: "ViT",
  source: "Dosovitskiy et al., ICLR 2021; tensor names of the Hugging Face hub",
  takes: "patches",
  layoutOf: (value, names, where) => {
    const config = parseWith(configSchema, value, { what: "ViT configuration", where, code: "checkpoint" });
    const hidden = config.hidden_size;
    const shape: EncoderShape = {
      layerCount: config.num_hidden_layers,
      hiddenSize: hidden,
      headCount: config.num_attention_heads,
      headDimension: headDimensionOf(hidden, config.num_attention_heads, where),
      feedForwardSize: config.intermediate_size,
    };
    const side = patchesPerSide(config.image_size, config.patch_size, where);
    const hasClassifier = names.has("classifier.weight");
    const prefix = names.has("embeddings.cls_token") ? "" : "vit.";
    const classes = hasClassifier ? labelsOf(config, where) : { labels: [], task: "embedding" as const };
    const features = config.num_channels * config.patch_size * config.patch_size;
    return {
      shape,
      ...classes,
      positionCount: 1 + side * side,
      ignoredPrefixes: [`${prefix}pooler.`],
      build: (take) => {
        const parts = namedParts(take, config.layer_norm_eps);
        const name = `${prefix}embeddings.patch_embeddings.projection`;
        const kernel = [hidden, config.num_channels, config.patch_size, config.patch_size];
        // A convolution whose stride is its kernel is a product with each flattened patch.
        const projection = {
          weight: take(`${name}.weight`, kernel),
          bias: take(`${name}.bias`, [hidden]),
          outputs: hidden,
          inputs: features,
        };
        const head: EncoderHead = hasClassifier
          ? {
              kind: "first-token",
              layers: [{ linear: parts.linear("classifier", classes.labels.length, hidden) }],
            }
          : { kind: "mean" };
        return {
          shape,
          activation: activationOf(config.hidden_act),
          normPlacement: "pre",
          embeddings: {
            kind: "patches",
            projection,
            classToken: take(`${prefix}embeddings.cls_token`, [1, 1, hidden]),
            positions: take(`${prefix}embeddings.position_embeddings`, [1, 1 + side * side, hidden]),
          },
          layers: Array.from({ length: shape.layerCount }, (_, layer) =>
            vitLayer(parts, shape, `${prefix}encoder.layer.${layer}`, config.qkv_bias !== false),
          ),
          finalNorm: parts.norm(`${prefix}layernorm`, hidden),
          head,
        };
      },
    };
  },
};

function patchesPerSide(imageSize: number, patchSize: number, where: string): number {
  if (imageSize % patchSize === 0) return imageSize / patchSize;
  throw new SpattenError("checkpoint", "the patches do not divide the image", {
    where,
    got: `image_size ${imageSize}, patch_size ${patchSize}`,
  });
}

function vitLayer(parts: NamedParts, shape: EncoderShape, name: string, hasBias: boolean): EncoderLayer {
  const { hiddenSize: hidden, feedForwardSize: wide } = shape;
  const projection = (which: string) =>
    (hasBias ? parts.linear : parts.linearWithoutBias)(
      `${name}.attention.attention.${which}`,
      hidden,
      hidden,
    );
  return {
    query: projection("query"),
    key: projection("key"),
    value: projection("value"),
    attentionOutput: parts.linear(`${name}.attention.output.dense`, hidden, hidden),
    attentionNorm: parts.norm(`${name}.layernorm_before`, hidden),
    intermediate: parts.linear(`${name}.intermediate.dense`, wide, hidden),
    output: parts.linear(`${name}.output.dense`, hidden, wide),
    outputNorm: parts.norm(`${name}.layernorm_after`, hidden),
  };
}
