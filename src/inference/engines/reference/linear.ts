import type { Checkpoint } from "../../../base/checkpoint.ts";

/** A weight matrix (outputs, inputs) with its bias (outputs), as Hugging Face stores it. */
export interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly outputs: number;
  readonly inputs: number;
}

/** The rows of a weight matrix that are computed: all of them, or those of one head. */
export interface OutputRange {
  readonly first: number;
  readonly count: number;
}

/**
 * y = x Wᵀ + b for some of the outputs: x (rows, inputs), y (rows, range.count), float32 with float64 accumulation.
 */
export async function applyLinear(
  layer: Linear,
  x: Float32Array,
  rows: number,
  checkpoint: Checkpoint,
  range: OutputRange = { first: 0, count: layer.outputs },
): Promise<Float32Array> {
  const y = new Float32Array(rows * range.count);
  for (let row = 0; row < rows; row++) {
    const rest = checkpoint();
    if (rest !== undefined) await rest;
    multiplyRow(layer, x.subarray(row * layer.inputs, (row + 1) * layer.inputs), range, y, row * range.count);
  }
  return y;
}

function multiplyRow(
  layer: Linear,
  x: Float32Array,
  range: OutputRange,
  y: Float32Array,
  yOffset: number,
): void {
  const { weight, bias, inputs } = layer;
  for (let output = 0; output < range.count; output++) {
    const weightRow = (range.first + output) * inputs;
    let sum = bias[range.first + output]!;
    for (let input = 0; input < inputs; input++) sum += x[input]! * weight[weightRow + input]!;
    y[yOffset + output] = sum;
  }
}

/**
 * The output projection over the surviving heads only: x (heads, rows, dimension), y (rows, outputs); a removed head's
 * columns of W are never touched.
 */
export async function projectHeads(
  layer: Linear,
  x: Float32Array,
  shape: { readonly headIds: ArrayLike<number>; readonly rows: number; readonly dimension: number },
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const { headIds, rows, dimension } = shape;
  const y = new Float32Array(rows * layer.outputs);
  for (let row = 0; row < rows; row++) {
    const rest = checkpoint();
    if (rest !== undefined) await rest;
    for (let output = 0; output < layer.outputs; output++) {
      let sum = layer.bias[output]!;
      for (let slot = 0; slot < headIds.length; slot++) {
        const weightStart = output * layer.inputs + headIds[slot]! * dimension;
        const inputStart = (slot * rows + row) * dimension;
        for (let d = 0; d < dimension; d++) sum += x[inputStart + d]! * layer.weight[weightStart + d]!;
      }
      y[row * layer.outputs + output] = sum;
    }
  }
  return y;
}
