import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import type { Linear } from "../engines/reference/linear.ts";
import type { TakeTensor } from "./architecture.ts";
import type { DecoderArchitecture } from "./decoder-architecture.ts";
import type { DecoderLayer, DecoderShape } from "./decoder-model.ts";
import { activationOf, activationSchema, headDimensionOf } from "./hugging-face-config.ts";
import { namedParts } from "./hugging-face-tensors.ts";

const configSchema = z.looseObject({
  model_type: z.literal("gpt2"),
  vocab_size: integerAtLeast(1),
  n_positions: integerAtLeast(1),
  n_embd: integerAtLeast(1),
  n_layer: integerAtLeast(1),
  n_head: integerAtLeast(1),
  n_inner: z.optional(z.nullable(integerAtLeast(1))),
  activation_function: z.optional(activationSchema),
  layer_norm_epsilon: positiveNumber(),
  scale_attn_weights: z.optional(z.literal(true)),
  scale_attn_by_inverse_layer_idx: z.optional(z.literal(false)),
  tie_word_embeddings: z.optional(z.boolean()),
});

/** GPT-2: pre-norm, learned positions, one matrix for Q, K and V, weights stored (inputs, outputs). */
export const gpt2Architecture: DecoderArchitecture = {
  id: "gpt2",
  title: "GPT-2",
  source: "Radford et al. 2019; tensor names of the Hugging Face hub",
  layoutOf: (value, names, where) => {
    const config = parseWith(configSchema, value, { what: "GPT-2 configuration", where, code: "checkpoint" });
    const hidden = config.n_embd;
    const prefix = names.has("wte.weight") ? "" : "transformer.";
    const shape: DecoderShape = {
      layerCount: config.n_layer,
      hiddenSize: hidden,
      headCount: config.n_head,
      keyValueHeadCount: config.n_head,
      headDimension: headDimensionOf(hidden, config.n_head, `${where} at n_head`),
      feedForwardSize: config.n_inner ?? 4 * hidden,
    };
    const isTied = config.tie_word_embeddings !== false;
    return {
      shape,
      vocabularySize: config.vocab_size,
      positionCount: config.n_positions,
      ignoredPrefixes: [
        ...(isTied ? ["lm_head."] : []),
        // Masks that a framework saved along.
        ...Array.from({ length: shape.layerCount }, (_, layer) => [
          `${prefix}h.${layer}.attn.bias`,
          `${prefix}h.${layer}.attn.masked_bias`,
        ]).flat(),
      ],
      build: (take) => {
        const parts = namedParts(take, config.layer_norm_epsilon);
        const words = take(`${prefix}wte.weight`, [config.vocab_size, hidden]);
        const activation = activationOf(config.activation_function ?? "gelu_new");
        const norm = (name: string) => ({ kind: "layer" as const, ...parts.norm(name, hidden) });
        const layerOf = (layer: number): DecoderLayer => {
          const name = `${prefix}h.${layer}`;
          const [query, key, value] = thirds(linear(take, `${name}.attn.c_attn`, 3 * hidden, hidden));
          return {
            attentionNorm: norm(`${name}.ln_1`),
            ...{ query: query!, key: key!, value: value! },
            attentionOutput: linear(take, `${name}.attn.c_proj`, hidden, hidden),
            feedForwardNorm: norm(`${name}.ln_2`),
            feedForward: {
              kind: "plain",
              activation,
              intermediate: linear(take, `${name}.mlp.c_fc`, shape.feedForwardSize, hidden),
              output: linear(take, `${name}.mlp.c_proj`, hidden, shape.feedForwardSize),
            },
          };
        };
        return {
          shape,
          vocabularySize: config.vocab_size,
          positionCount: config.n_positions,
          words,
          positions: { kind: "learned", table: take(`${prefix}wpe.weight`, [config.n_positions, hidden]) },
          layers: Array.from({ length: shape.layerCount }, (_, layer) => layerOf(layer)),
          finalNorm: norm(`${prefix}ln_f`),
          output: isTied ? words : take("lm_head.weight", [config.vocab_size, hidden]),
        };
      },
    };
  },
};

/** A matrix that is stored (inputs, outputs), turned. */
function linear(take: TakeTensor, name: string, outputs: number, inputs: number): Linear {
  const stored = take(`${name}.weight`, [inputs, outputs]);
  const bias = take(`${name}.bias`, [outputs]);
  const weight = new Float32Array(stored.length);
  for (let index = 0; index < stored.length; index++) {
    weight[(index % outputs) * inputs + Math.floor(index / outputs)] = stored[index]!;
  }
  return { weight, bias, outputs, inputs };
}

/** The rows of one matrix as three. */
function thirds({ weight, bias, outputs, inputs }: Linear): Linear[] {
  const rows = outputs / 3;
  return [0, 1, 2].map((part) => ({
    weight: weight.subarray(part * rows * inputs, (part + 1) * rows * inputs),
    bias: bias.subarray(part * rows, (part + 1) * rows),
    outputs: rows,
    inputs,
  }));
}
