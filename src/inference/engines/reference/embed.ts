import type { Checkpoint } from "../../../base/checkpoint.ts";
import type {
  EncoderModel,
  ModelInput,
  PatchEmbeddings,
  TokenEmbeddings,
} from "../../models/encoder-model.ts";
import { applyLayerNorm } from "./layer-norm.ts";
import { applyLinear } from "./linear.ts";

/** The hidden states that enter the first layer: (rows, hidden). The input must be of the kind that the model takes. */
export async function embed(
  { embeddings, shape }: EncoderModel,
  input: ModelInput,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  if (embeddings.kind === "tokens" && input.kind === "tokens") {
    return embedTokens(embeddings, shape.hiddenSize, input);
  }
  if (embeddings.kind === "patches" && input.kind === "patches") {
    return embedPatches(embeddings, shape.hiddenSize, input, checkpoint);
  }
  throw new TypeError(`a model of ${embeddings.kind} was given ${input.kind}`);
}

function embedTokens(
  embeddings: TokenEmbeddings,
  width: number,
  { ids, typeIds }: Extract<ModelInput, { kind: "tokens" }>,
): Float32Array {
  const { words, positions, firstPosition, types } = embeddings;
  // A layout with one type, such as RoBERTa's, has it for both texts.
  const typeCount = types === undefined ? 1 : types.length / width;
  const hidden = new Float32Array(ids.length * width);
  ids.forEach((id, row) => {
    const position = firstPosition + row;
    const type = Math.min(typeIds?.[row] ?? 0, typeCount - 1);
    for (let d = 0; d < width; d++) {
      hidden[row * width + d] =
        words[id * width + d]! + positions[position * width + d]! + (types?.[type * width + d] ?? 0);
    }
  });
  applyLayerNorm(embeddings.norm, hidden, ids.length);
  return hidden;
}

async function embedPatches(
  { projection, classToken, positions }: PatchEmbeddings,
  width: number,
  { features, patchCount }: Extract<ModelInput, { kind: "patches" }>,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const hidden = new Float32Array((1 + patchCount) * width);
  hidden.set(classToken);
  hidden.set(await applyLinear(projection, features, patchCount, checkpoint), width);
  for (let index = 0; index < hidden.length; index++) hidden[index] = hidden[index]! + positions[index]!;
  return hidden;
}
