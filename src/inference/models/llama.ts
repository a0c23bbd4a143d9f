import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { DecoderArchitecture } from "./decoder-architecture.ts";
import type { DecoderLayer, DecoderShape, RootMeanSquareNorm } from "./decoder-model.ts";
import { headDimensionOf, shapeFields } from "./hugging-face-config.ts";
import { namedParts } from "./hugging-face-tensors.ts";

const configSchema = z.looseObject({
  model_type: z.literal("llama"),
  ...shapeFields,
  num_key_value_heads: z.optional(z.nullable(integerAtLeast(1))),
  head_dim: z.optional(z.nullable(integerAtLeast(2))),
  vocab_size: integerAtLeast(1),
  max_position_embeddings: integerAtLeast(1),
  rms_norm_eps: positiveNumber(),
  rope_theta: z.optional(positiveNumber()),
  /** Where newer files have what `rope_theta` and `rope_scaling` say. */
  rope_parameters: z.optional(
    z.nullable(
      z.looseObject({ rope_theta: z.optional(positiveNumber()), rope_type: z.optional(z.string()) }),
    ),
  ),
  hidden_act: z.literal("silu"),
  attention_bias: z.optional(z.literal(false)),
  mlp_bias: z.optional(z.literal(false)),
  rope_scaling: z.optional(z.nullable(z.unknown())),
  tie_word_embeddings: z.optional(z.boolean()),
});

/** The base that the first models of this family had. */
const USUAL_ROTARY_BASE = 10_000;

/** Llama: root-mean-square norms, rotary positions, grouped key and value heads, SwiGLU. */
export const llamaArchitecture: DecoderArchitecture = {
  id: "llama",
  title: "Llama",
  source: "Touvron et al. 2023; tensor names of the Hugging Face hub",
  layoutOf: (value, names, where) => {
    const config = parseWith(configSchema, value, { what: "Llama configuration", where, code: "checkpoint" });
    const turns = config.rope_parameters;
    if (config.rope_scaling != null) throw scaledPositions(`${where} at rope_scaling`, "null");
    if ((turns?.rope_type ?? "default") !== "default") {
      throw scaledPositions(`${where} at rope_parameters.rope_type`, '"default"');
    }
    const hidden = config.hidden_size;
    const shape: DecoderShape = {
      layerCount: config.num_hidden_layers,
      hiddenSize: hidden,
      headCount: config.num_attention_heads,
      keyValueHeadCount: config.num_key_value_heads ?? config.num_attention_heads,
      headDimension:
        config.head_dim ??
        headDimensionOf(hidden, config.num_attention_heads, `${where} at num_attention_heads`),
      feedForwardSize: config.intermediate_size,
    };
    requireGroups(shape, where);
    const isTied = config.tie_word_embeddings ?? !names.has("lm_head.weight");
    return {
      shape,
      vocabularySize: config.vocab_size,
      positionCount: config.max_position_embeddings,
      ignoredPrefixes: [
        ...(isTied ? ["lm_head."] : []),
        // Frequencies that a framework saved along.
        ...Array.from(
          { length: shape.layerCount },
          (_, layer) => `model.layers.${layer}.self_attn.rotary_emb.`,
        ),
      ],
      build: (take) => {
        const { linearWithoutBias: linear } = namedParts(take, config.rms_norm_eps);
        const norm = (name: string): RootMeanSquareNorm => ({
          kind: "root-mean-square",
          weight: take(`${name}.weight`, [hidden]),
          epsilon: config.rms_norm_eps,
        });
        const words = take("model.embed_tokens.weight", [config.vocab_size, hidden]);
        const width = shape.headCount * shape.headDimension;
        const sharedWidth = shape.keyValueHeadCount * shape.headDimension;
        const wide = shape.feedForwardSize;
        const layerOf = (layer: number): DecoderLayer => {
          const name = `model.layers.${layer}`;
          return {
            attentionNorm: norm(`${name}.input_layernorm`),
            query: linear(`${name}.self_attn.q_proj`, width, hidden),
            key: linear(`${name}.self_attn.k_proj`, sharedWidth, hidden),
            value: linear(`${name}.self_attn.v_proj`, sharedWidth, hidden),
            attentionOutput: linear(`${name}.self_attn.o_proj`, hidden, width),
            feedForwardNorm: norm(`${name}.post_attention_layernorm`),
            feedForward: {
              kind: "gated",
              gate: linear(`${name}.mlp.gate_proj`, wide, hidden),
              intermediate: linear(`${name}.mlp.up_proj`, wide, hidden),
              output: linear(`${name}.mlp.down_proj`, hidden, wide),
              activation: "silu",
            },
          };
        };
        return {
          shape,
          vocabularySize: config.vocab_size,
          positionCount: config.max_position_embeddings,
          words,
          positions: { kind: "rotary", base: turns?.rope_theta ?? config.rope_theta ?? USUAL_ROTARY_BASE },
          layers: Array.from({ length: shape.layerCount }, (_, layer) => layerOf(layer)),
          finalNorm: norm("model.norm"),
          output: isTied ? words : take("lm_head.weight", [config.vocab_size, hidden]),
        };
      },
    };
  },
};

function scaledPositions(where: string, expected: string): SpattenError {
  return new SpattenError("missing-engine", "no engine scales rotary positions yet", { where, expected });
}

function requireGroups({ headCount, keyValueHeadCount, headDimension }: DecoderShape, where: string): void {
  if (headCount % keyValueHeadCount !== 0) {
    throw new SpattenError("checkpoint", "the query heads do not share the key and value heads evenly", {
      where: `${where} at num_key_value_heads`,
      got: `${headCount} query heads, ${keyValueHeadCount} key and value heads`,
    });
  }
  if (headDimension % 2 === 0) return;
  throw new SpattenError("checkpoint", "a head of odd size has no pairs to turn", {
    where: `${where} at head_dim`,
    got: `head size ${headDimension}`,
  });
}
