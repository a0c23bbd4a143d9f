import { transposed } from "../row-arrangement.ts";
import {
  type GgufArchitecture,
  hubName,
  shortestDecimal,
  tokenIds,
  vocabularySizeOf,
} from "./architecture.ts";

const OUTSIDE = {
  token_embd: "wte",
  position_embd: "wpe",
  output_norm: "ln_f",
  output: "lm_head",
};

const IN_LAYER = {
  attn_norm: "ln_1",
  attn_qkv: "attn.c_attn",
  attn_output: "attn.c_proj",
  ffn_norm: "ln_2",
  ffn_up: "mlp.c_fc",
  ffn_down: "mlp.c_proj",
};

/** Hugging Face stores these as a convolution does, (inputs, outputs). */
const TRANSPOSED = /^blk\.\d+\.(?:attn_qkv|attn_output|ffn_up|ffn_down)\.weight$/;

/** GPT-2 under the names of its first release, without a prefix. */
export const ggufGpt2: GgufArchitecture = {
  id: "gpt2",
  configOf(metadata, tensors) {
    const count = (key: string) => metadata.required("count", `gpt2.${key}`);
    return {
      model_type: "gpt2",
      activation_function: "gelu_new",
      n_embd: count("embedding_length"),
      n_inner: count("feed_forward_length"),
      n_layer: count("block_count"),
      n_head: count("attention.head_count"),
      n_positions: count("context_length"),
      n_ctx: count("context_length"),
      layer_norm_epsilon: shortestDecimal(metadata.required("number", "gpt2.attention.layer_norm_epsilon")),
      vocab_size: vocabularySizeOf(metadata, tensors),
      tie_word_embeddings: !tensors.has("output.weight"),
      ...tokenIds(metadata),
    };
  },
  tensorOf(tensor) {
    const { name, shape } = tensor;
    const [rowCount = 0, columnCount = 0] = shape;
    const isTransposed = TRANSPOSED.test(name) && shape.length === 2;
    return {
      ...tensor,
      name: hubName(name, OUTSIDE, IN_LAYER, "h"),
      givenShape: isTransposed ? [columnCount, rowCount] : shape,
      arrange: isTransposed ? transposed(rowCount, columnCount) : undefined,
    };
  },
};
