import type { Checkpoint } from "../../../base/checkpoint.ts";
import type { EncoderHead, HeadLayer } from "../../models/encoder-model.ts";
import { applyActivation } from "./activation.ts";
import { applyLayerNorm, euclideanNorm } from "./layer-norm.ts";
import { applyLinear } from "./linear.ts";

/** What a head makes of the last hidden states (rows, width): (classes), (rows, outputs) or (width). */
export async function applyHead(
  head: EncoderHead,
  hidden: Float32Array,
  width: number,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const rows = hidden.length / width;
  switch (head.kind) {
    case "first-token":
      return applyLayers(head.layers, hidden.subarray(0, width), 1, checkpoint);
    case "each-token":
      return applyLayers(head.layers, hidden, rows, checkpoint);
    case "mean":
      return unitMean(hidden, rows, width);
  }
}

async function applyLayers(
  layers: readonly HeadLayer[],
  input: Float32Array,
  rows: number,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  let values = input;
  for (const { linear, activation, norm } of layers) {
    values = await applyLinear(linear, values, rows, checkpoint);
    if (activation !== undefined) applyActivation(activation, values);
    if (norm !== undefined) applyLayerNorm(norm, values, rows);
  }
  return values;
}

/** Mean over the rows, brought to unit length (Reimers and Gurevych 2019); a zero mean stays zero. */
function unitMean(hidden: Float32Array, rows: number, width: number): Float32Array {
  const mean = new Float32Array(width);
  for (let d = 0; d < width; d++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += hidden[row * width + d]!;
    mean[d] = sum / rows;
  }
  const length = Math.max(euclideanNorm(mean), Number.MIN_VALUE);
  return mean.map((value) => value / length);
}
