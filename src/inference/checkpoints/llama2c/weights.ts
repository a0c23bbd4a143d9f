import { SpattenError } from "../../../base/errors.ts";
import type { FilePieces } from "../file-pieces.ts";
import { plainNumberType } from "../plain-number-type.ts";
import { halvesFromPairs } from "../row-arrangement.ts";
import type { NamedTensor } from "../stored-tensor.ts";

/** Shape of a model, as the first 28 bytes of a file tell it (github.com/karpathy/llama2.c, legacy export). */
export interface Llama2cShape {
  readonly hiddenSize: number;
  readonly feedForwardSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly keyHeadCount: number;
  readonly vocabularySize: number;
  readonly positionCount: number;
  /** Whether the output has weights of its own, which a negative vocabulary size says. */
  readonly hasOutput: boolean;
}

export const LLAMA2C_HEADER_BYTES = 28;
/** "ak42" as a number: how later versions of the format begin. */
const LATER_MAGIC = 0x616b3432;

const float32 = plainNumberType("F32");

/** The shape in a header; undefined where the numbers are no model's, so that this is another kind of file. */
export function parseLlama2cHeader(header: Uint8Array, where: string): Llama2cShape | undefined {
  if (header.length < LLAMA2C_HEADER_BYTES) return undefined;
  const data = new DataView(header.buffer, header.byteOffset, LLAMA2C_HEADER_BYTES);
  if (data.getUint32(0, true) === LATER_MAGIC) {
    throw new SpattenError("missing-engine", "this version of the llama2.c format is not read yet", {
      where,
      got: `version ${data.getInt32(4, true)}`,
      expected: "the legacy version, without a magic number",
    });
  }
  const [hiddenSize, feedForwardSize, layerCount, headCount, keyHeadCount, vocabulary, positionCount] =
    Array.from({ length: 7 }, (_, index) => data.getInt32(index * 4, true)) as [
      ...[number, number, number, number, number, number, number],
    ];
  const sizes = [hiddenSize, feedForwardSize, layerCount, headCount, keyHeadCount, positionCount];
  const isModel =
    sizes.every((size) => size > 0) &&
    vocabulary !== 0 &&
    headCount % keyHeadCount === 0 &&
    hiddenSize % (2 * headCount) === 0;
  if (!isModel) return undefined;
  return {
    ...{ hiddenSize, feedForwardSize, layerCount, headCount, keyHeadCount, positionCount },
    vocabularySize: Math.abs(vocabulary),
    hasOutput: vocabulary < 0,
  };
}

/** Bytes that a file of this shape has; not exact beyond what a double holds, and then larger than any file. */
export function llama2cBytes(shape: Llama2cShape): number {
  const elements = partsOf(shape).reduce((sum, { rows, columns, isPerLayer }) => {
    return sum + rows * columns * (isPerLayer ? shape.layerCount : 1);
  }, 0);
  return LLAMA2C_HEADER_BYTES + elements * 4;
}

/** Parts of a file, in order; one per layer holds the matrices of all layers. Without a name it is skipped. */
interface Part {
  readonly name?: string;
  readonly rows: number;
  readonly columns: number;
  readonly isPerLayer?: boolean;
  readonly isVector?: boolean;
  /** Heads of queries or keys, whose rows lie in pairs. */
  readonly pairedHeads?: number;
}

function partsOf(shape: Llama2cShape): Part[] {
  const { hiddenSize: hidden, feedForwardSize: inner, vocabularySize, headCount, keyHeadCount } = shape;
  const headDimension = hidden / headCount;
  const keyRows = keyHeadCount * headDimension;
  const inLayer = (name: string, rows: number, pairedHeads?: number, columns = hidden): Part => ({
    ...{ name, rows, columns, isPerLayer: true },
    ...(pairedHeads === undefined ? {} : { pairedHeads }),
  });
  const norm = (name: string): Part => ({ name, rows: 1, columns: hidden, isVector: true });
  const angles: Part = { rows: shape.positionCount, columns: headDimension / 2 };
  return [
    { name: "model.embed_tokens.weight", rows: vocabularySize, columns: hidden },
    { ...norm("input_layernorm.weight"), isPerLayer: true },
    inLayer("self_attn.q_proj.weight", hidden, headCount),
    inLayer("self_attn.k_proj.weight", keyRows, keyHeadCount),
    inLayer("self_attn.v_proj.weight", keyRows),
    inLayer("self_attn.o_proj.weight", hidden),
    { ...norm("post_attention_layernorm.weight"), isPerLayer: true },
    inLayer("mlp.gate_proj.weight", inner),
    inLayer("mlp.down_proj.weight", hidden, undefined, inner),
    inLayer("mlp.up_proj.weight", inner),
    norm("model.norm.weight"),
    angles,
    angles,
    ...(shape.hasOutput ? [{ name: "lm_head.weight", rows: vocabularySize, columns: hidden }] : []),
  ];
}

/** The tensors of a file of this shape under their Hugging Face names. @throws SpattenError `checkpoint` for its size. */
export function llama2cTensors(shape: Llama2cShape, file: FilePieces, where: string): NamedTensor[] {
  if (llama2cBytes(shape) !== file.byteLength) {
    throw new SpattenError("checkpoint", "the file does not have the size that its header tells", {
      where,
      got: `${file.byteLength} bytes`,
      expected: String(llama2cBytes(shape)),
      hint: "is this a model of llama2.c in its legacy version, and whole?",
    });
  }
  const tensors: NamedTensor[] = [];
  let begin = LLAMA2C_HEADER_BYTES;
  for (const { name, rows, columns, isPerLayer, isVector, pairedHeads } of partsOf(shape)) {
    for (let layer = 0; layer < (isPerLayer === true ? shape.layerCount : 1); layer++) {
      const tensorShape = isVector === true ? [columns] : [rows, columns];
      if (name !== undefined) {
        tensors.push({
          ...{ name: isPerLayer === true ? `model.layers.${layer}.${name}` : name, begin, type: float32 },
          ...{ shape: tensorShape, givenShape: tensorShape },
          arrange: pairedHeads === undefined ? undefined : halvesFromPairs(tensorShape, pairedHeads, where),
        });
      }
      begin += rows * columns * 4;
    }
  }
  return tensors;
}

/** What config.json would say. */
export function llama2cConfig(shape: Llama2cShape): Record<string, unknown> {
  return {
    model_type: "llama",
    hidden_act: "silu",
    hidden_size: shape.hiddenSize,
    intermediate_size: shape.feedForwardSize,
    num_hidden_layers: shape.layerCount,
    num_attention_heads: shape.headCount,
    num_key_value_heads: shape.keyHeadCount,
    head_dim: shape.hiddenSize / shape.headCount,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    max_position_embeddings: shape.positionCount,
    vocab_size: shape.vocabularySize,
    tie_word_embeddings: !shape.hasOutput,
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: 1,
    eos_token_id: 2,
  };
}
