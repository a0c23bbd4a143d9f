import { SpattenError } from "../../../base/errors.ts";
import { halvesFromPairs } from "../row-arrangement.ts";
import {
  type GgufArchitecture,
  hubName,
  refuse,
  shortestDecimal,
  tokenIds,
  vocabularySizeOf,
} from "./architecture.ts";
import type { Metadata } from "./metadata.ts";

const OUTSIDE = {
  token_embd: "model.embed_tokens",
  output_norm: "model.norm",
  output: "lm_head",
};

const IN_LAYER = {
  attn_norm: "input_layernorm",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
  ffn_norm: "post_attention_layernorm",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
};

/** Rows of queries and keys lie in pairs, as the converter of llama.cpp stores them for its rotary embedding. */
const PAIRED = /^blk\.\d+\.attn_(q|k)\.(?:weight|bias)$/;

/** Llama and what shares its layers, such as SmolLM2, TinyLlama and Mistral. */
export const ggufLlama: GgufArchitecture = {
  id: "llama",
  configOf(metadata, tensors) {
    refuseOtherAttention(metadata, tensors);
    const count = (key: string) => metadata.required("count", `llama.${key}`);
    const hiddenSize = count("embedding_length");
    const headCount = headCountOf(metadata);
    const headDimension =
      metadata.optional("count", "llama.attention.key_length") ?? Math.floor(hiddenSize / headCount);
    for (const key of ["llama.rope.dimension_count", "llama.attention.value_length"]) {
      const other = metadata.optional("count", key);
      if (other !== undefined && other !== headDimension) refuse(metadata, key, "a part of a head");
    }
    return {
      model_type: "llama",
      hidden_act: "silu",
      hidden_size: hiddenSize,
      intermediate_size: count("feed_forward_length"),
      num_hidden_layers: count("block_count"),
      num_attention_heads: headCount,
      num_key_value_heads: keyHeadCountOf(metadata),
      head_dim: headDimension,
      rms_norm_eps: shortestDecimal(metadata.required("number", "llama.attention.layer_norm_rms_epsilon")),
      rope_theta: shortestDecimal(metadata.optional("number", "llama.rope.freq_base") ?? 10_000),
      max_position_embeddings: count("context_length"),
      vocab_size: vocabularySizeOf(metadata, tensors),
      tie_word_embeddings: !tensors.has("output.weight"),
      attention_bias: tensors.has("blk.0.attn_q.bias"),
      mlp_bias: tensors.has("blk.0.ffn_up.bias"),
      ...tokenIds(metadata),
    };
  },
  tensorOf(tensor, metadata) {
    const { name, shape } = tensor;
    const paired = PAIRED.exec(name);
    const headCount = paired?.[1] === "q" ? headCountOf(metadata) : keyHeadCountOf(metadata);
    return {
      ...tensor,
      name: hubName(name, OUTSIDE, IN_LAYER, "model.layers"),
      givenShape: shape,
      arrange: paired ? halvesFromPairs(shape, headCount, `${metadata.where}: tensor ${name}`) : undefined,
    };
  },
};

function headCountOf(metadata: Metadata): number {
  const key = "llama.attention.head_count";
  const headCount = metadata.required("count", key);
  if (headCount > 0) return headCount;
  throw new SpattenError("checkpoint", "the model has no heads", { where: `${metadata.where} at ${key}` });
}

/** As many as heads where the key is absent. */
function keyHeadCountOf(metadata: Metadata): number {
  const key = "llama.attention.head_count_kv";
  const headCount = metadata.optional("count", key) ?? headCountOf(metadata);
  if (headCount > 0) return headCount;
  throw new SpattenError("checkpoint", "the model has no heads", { where: `${metadata.where} at ${key}` });
}

function refuseOtherAttention(metadata: Metadata, tensors: ReadonlyMap<string, unknown>): void {
  if (tensors.has("rope_freqs.weight")) {
    refuse(metadata, "tensor rope_freqs.weight", "a rotary embedding with scaled frequencies");
  }
  const scaling = metadata.optional("text", "llama.rope.scaling.type");
  if (scaling !== undefined && scaling !== "none") {
    refuse(metadata, "llama.rope.scaling.type", `the rotary scaling ${JSON.stringify(scaling.slice(0, 40))}`);
  }
  const contextLength = metadata.required("count", "llama.context_length");
  const neutral = [
    ["llama.rope.scaling.factor", 1, "rotary scaling"],
    ["llama.rope.scale_linear", 1, "rotary scaling"],
    ["llama.expert_count", 0, "a choice of experts"],
    ["llama.attention.sliding_window", contextLength, "attention in a window"],
    ["llama.logit_scale", 1, "a scale of the logits"],
    ["llama.embedding_scale", 1, "a scale of the embedding"],
    ["llama.residual_scale", 1, "a scale of the residual"],
  ] as const;
  for (const [key, value, what] of neutral) {
    const got = metadata.optional("number", key);
    if (got !== undefined && got !== 0 && got !== value) refuse(metadata, key, what);
  }
}
