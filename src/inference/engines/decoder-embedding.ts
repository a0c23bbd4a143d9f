import type { DecoderModel } from "../models/decoder-model.ts";
import { addInPlace } from "./reference/layer-norm.ts";

/** Embeddings of tokens, and of their positions where these are learned: (rows, hidden). */
export function embedded(model: DecoderModel, ids: Int32Array, positions: Int32Array): Float32Array {
  const { hiddenSize } = model.shape;
  const hidden = new Float32Array(ids.length * hiddenSize);
  for (let row = 0; row < ids.length; row++) {
    const target = hidden.subarray(row * hiddenSize, (row + 1) * hiddenSize);
    target.set(model.words.subarray(ids[row]! * hiddenSize, (ids[row]! + 1) * hiddenSize));
    if (model.positions.kind === "rotary") continue;
    const { table } = model.positions;
    addInPlace(target, table.subarray(positions[row]! * hiddenSize, (positions[row]! + 1) * hiddenSize));
  }
  return hidden;
}
