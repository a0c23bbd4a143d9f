import { createRandom, type Random } from "../../src/base/random.ts";
import { float32ToFloat16Bits } from "../../src/base/tensor-file/half-precision.ts";
import { ggufNumberTypes } from "../../src/inference/checkpoints/gguf/number-types.ts";
import { type GgufEntry, type GgufTensorEntry, writeGguf } from "./gguf-writer.ts";

/** Byte offsets of the half-precision numbers in a block of each type that has some. */
const HALVES: Readonly<Record<string, readonly number[]>> = {
  ...{ F16: [0], Q4_0: [0], Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], Q8_0: [0] },
  ...{ Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] },
};

/** Random numbers of a type as they are stored, all of them finite and small. */
export function randomBlocks(typeId: number, elements: number, random: Random): Uint8Array {
  const type = ggufNumberTypes.get(typeId)!;
  const bytes = new Uint8Array((elements / type.blockElements) * type.blockBytes);
  const data = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at++) bytes[at] = random.integer(256);
  for (let at = 0; at < bytes.length; at += type.blockBytes) {
    const small = random.next() - 0.5;
    for (const offset of HALVES[type.name] ?? []) {
      data.setUint16(at + offset, float32ToFloat16Bits(small / 100), true);
    }
    if (type.name === "F32") data.setFloat32(at, small, true);
    if (type.name === "F64") data.setFloat64(at, small, true);
    if (type.name === "BF16") data.setUint16(at, float32ToFloat16Bits(small) & 0xbf7f, true);
  }
  return bytes;
}

/** Every printable ASCII character as a byte-level piece, two merges and two control tokens. */
const letters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
export const byteLevelTokens = [...letters, "\u0120", "th", "the", "<|begin|>", "<|end|>"];

const byteLevelTokenizer: readonly GgufEntry[] = [
  ["tokenizer.ggml.model", 8, "gpt2"],
  ["tokenizer.ggml.pre", 8, "gpt-2"],
  ["tokenizer.ggml.tokens", 9, byteLevelTokens, 8],
  ["tokenizer.ggml.token_type", 9, byteLevelTokens.map((token) => (/^<\|.+\|>$/.test(token) ? 3 : 1)), 5],
  ["tokenizer.ggml.merges", 9, ["t h", "th e"], 8],
  ["tokenizer.ggml.bos_token_id", 4, byteLevelTokens.indexOf("<|begin|>")],
  ["tokenizer.ggml.eos_token_id", 4, byteLevelTokens.indexOf("<|end|>")],
  ["tokenizer.ggml.add_bos_token", 7, true],
  ["tokenizer.chat_template", 8, "{{ messages[0]['content'] }}"],
];

const bytePieces = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);
export const scoredTokens = [
  ...["<unk>", "<s>", "</s>", ...bytePieces, "\u2581t", "he", "\u2581the", "\u2581"],
  ...["t", "h", "e", "a"],
];

export const scoredTokenizer: readonly GgufEntry[] = [
  ["tokenizer.ggml.model", 8, "llama"],
  ["tokenizer.ggml.tokens", 9, scoredTokens, 8],
  ["tokenizer.ggml.scores", 9, scoredTokens.map((_, id) => (id < 259 ? 0 : 258 - id)), 6],
  ["tokenizer.ggml.token_type", 9, scoredTokens.map((_, id) => [2, 3, 3][id] ?? (id < 259 ? 6 : 1)), 5],
];

export const tinyLlamaShape = { layers: 3, hidden: 32, inner: 256, heads: 4, keyHeads: 2 };

export const llamaMetadata = (tokenizer = byteLevelTokenizer): readonly GgufEntry[] => [
  ["general.architecture", 8, "llama"],
  ["general.name", 8, "tiny"],
  ["llama.block_count", 4, tinyLlamaShape.layers],
  ["llama.context_length", 4, 64],
  ["llama.embedding_length", 4, tinyLlamaShape.hidden],
  ["llama.feed_forward_length", 4, tinyLlamaShape.inner],
  ["llama.attention.head_count", 4, tinyLlamaShape.heads],
  ["llama.attention.head_count_kv", 4, tinyLlamaShape.keyHeads],
  ["llama.attention.layer_norm_rms_epsilon", 6, 1e-5],
  ["llama.rope.freq_base", 6, 10_000],
  ...tokenizer,
];

/** Tensors of a Llama that together are of every type that is read. */
export function llamaTensors(seed = 1, vocabularySize = byteLevelTokens.length): GgufTensorEntry[] {
  const random = createRandom(seed);
  const { layers, hidden, inner } = tinyLlamaShape;
  const tensor = (name: string, type: number, ...sizes: number[]): GgufTensorEntry => ({
    ...{ name, type, sizes },
    bytes: randomBlocks(
      type,
      sizes.reduce((product, size) => product * size),
      random,
    ),
  });
  const pick = (types: readonly number[], layer: number): number => types[layer % types.length]!;
  const inLayer = (layer: number): GgufTensorEntry[] => [
    tensor(`blk.${layer}.attn_norm.weight`, 0, hidden),
    tensor(`blk.${layer}.attn_q.weight`, pick([2, 8, 3], layer), hidden, hidden),
    tensor(`blk.${layer}.attn_k.weight`, pick([3, 1, 28], layer), hidden, hidden / 2),
    tensor(`blk.${layer}.attn_v.weight`, pick([30, 6, 0], layer), hidden, hidden / 2),
    tensor(`blk.${layer}.attn_output.weight`, pick([7, 0, 2], layer), hidden, hidden),
    tensor(`blk.${layer}.ffn_norm.weight`, 0, hidden),
    tensor(`blk.${layer}.ffn_gate.weight`, pick([6, 7, 8], layer), hidden, inner),
    tensor(`blk.${layer}.ffn_up.weight`, pick([7, 2, 6], layer), hidden, inner),
    tensor(`blk.${layer}.ffn_down.weight`, pick([12, 13, 14], layer), inner, hidden),
  ];
  return [
    tensor("token_embd.weight", 8, hidden, vocabularySize),
    ...Array.from({ length: layers }, (_, layer) => inLayer(layer)).flat(),
    tensor("output_norm.weight", 0, hidden),
  ];
}

/** A whole GGUF file of a Llama with a tokenizer, in some 100 kB. */
export function tinyLlamaGguf(seed = 1): Uint8Array {
  return writeGguf({ metadata: llamaMetadata(), tensors: llamaTensors(seed) });
}

/** A whole GGUF file of a GPT-2 of one layer. */
export function tinyGpt2Gguf(): Uint8Array {
  const random = createRandom(2);
  const tensor = (name: string, ...sizes: number[]): GgufTensorEntry => ({
    ...{ name, type: 0, sizes },
    bytes: randomBlocks(
      0,
      sizes.reduce((product, size) => product * size),
      random,
    ),
  });
  const both = (name: string, ...sizes: number[]): GgufTensorEntry[] => [
    tensor(`${name}.weight`, ...sizes),
    tensor(`${name}.bias`, sizes.at(-1)!),
  ];
  return writeGguf({
    metadata: [
      ["general.architecture", 8, "gpt2"],
      ["gpt2.block_count", 4, 1],
      ["gpt2.context_length", 4, 16],
      ["gpt2.embedding_length", 4, 8],
      ["gpt2.feed_forward_length", 4, 32],
      ["gpt2.attention.head_count", 4, 2],
      ["gpt2.attention.layer_norm_epsilon", 6, 1e-5],
      ...byteLevelTokenizer,
    ],
    tensors: [
      tensor("token_embd.weight", 8, byteLevelTokens.length),
      tensor("position_embd.weight", 8, 16),
      ...both("blk.0.attn_norm", 8),
      ...both("blk.0.attn_qkv", 8, 24),
      ...both("blk.0.attn_output", 8, 8),
      ...both("blk.0.ffn_norm", 8),
      ...both("blk.0.ffn_up", 8, 32),
      ...both("blk.0.ffn_down", 32, 8),
      ...both("output_norm", 8),
    ],
  });
}
