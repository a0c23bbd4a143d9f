import { createRandom } from "../../src/base/random.ts";
import { tensorShapesOf } from "../../src/inference/models/architecture.ts";
import type { DecoderLayout } from "../../src/inference/models/decoder-architecture.ts";
import type { DecoderModel } from "../../src/inference/models/decoder-model.ts";
import { decoderArchitectureOf } from "../../src/inference/models/registry.ts";
import { type PruningPlan, parsePlan } from "../../src/pruning/plan.ts";

/** config.json of decoders small enough for property tests, both layouts. */
export const tinyDecoderJsons = {
  gpt2: {
    model_type: "gpt2",
    ...{ vocab_size: 40, n_positions: 64, n_embd: 12, n_layer: 3, n_head: 3, n_inner: 20 },
    layer_norm_epsilon: 1e-5,
  },
  llama: {
    model_type: "llama",
    ...{ num_hidden_layers: 3, hidden_size: 12, num_attention_heads: 4, num_key_value_heads: 2 },
    ...{ head_dim: 4, intermediate_size: 20, vocab_size: 40, max_position_embeddings: 64 },
    ...{ rms_norm_eps: 1e-5, rope_theta: 100, hidden_act: "silu" },
  },
};

export type TinyDecoder = keyof typeof tinyDecoderJsons;
export const tinyDecoderNames = Object.keys(tinyDecoderJsons) as TinyDecoder[];

export function tinyDecoderLayout(name: TinyDecoder): DecoderLayout {
  const json = tinyDecoderJsons[name];
  return decoderArchitectureOf(json, "tiny").layoutOf(json, new Set(["wte.weight"]), "tiny");
}

/** Random weights, large enough that attention is not uniform. */
export function tinyDecoder(name: TinyDecoder, seed: number): DecoderModel {
  const layout = tinyDecoderLayout(name);
  const random = createRandom(seed);
  const tensors = new Map<string, Float32Array>();
  for (const [tensor, shape] of tensorShapesOf(layout)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const one = /norm|ln_/.test(tensor) && tensor.endsWith(".weight") ? 1 : 0;
    tensors.set(
      tensor,
      Float32Array.from({ length }, () => one + 1.6 * (random.next() - 0.5)),
    );
  }
  return layout.build((tensor) => tensors.get(tensor)!);
}

/** Ids of a text for it. */
export function tinyText(length: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length }, () => random.integer(40));
}

export const densePlan = parsePlan({ name: "none", source: "test" });

/** A plan that keeps a part of the cache in every layer. */
export function cachePlan(
  method: string,
  keepRatio: number | readonly number[],
  more: Partial<NonNullable<PruningPlan["tokens"]>> = {},
): PruningPlan {
  return parsePlan({
    name: `${method}-${[keepRatio].flat().join("-")}`,
    source: "test",
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [keepRatio].flat() },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method },
      protect: { firstCount: 0, lastCount: 1 },
      ...more,
    },
  });
}
