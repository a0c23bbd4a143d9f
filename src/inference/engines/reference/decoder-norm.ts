import type { DecoderNorm } from "../../models/decoder-model.ts";
import { applyLayerNorm } from "./layer-norm.ts";

/** A normalised copy of x (rows, width), in float64 and rounded once. */
export function normalizedRows(norm: DecoderNorm, x: Float32Array, rows: number): Float32Array {
  const copy = x.slice();
  if (norm.kind === "layer") {
    applyLayerNorm(norm, copy, rows);
    return copy;
  }
  const { weight, epsilon } = norm;
  const width = weight.length;
  for (let row = 0; row < rows; row++) {
    const values = copy.subarray(row * width, (row + 1) * width);
    let squares = 0;
    for (let index = 0; index < width; index++) squares += values[index]! ** 2;
    const inverse = 1 / Math.sqrt(squares / width + epsilon);
    for (let index = 0; index < width; index++) values[index] = values[index]! * inverse * weight[index]!;
  }
  return copy;
}
