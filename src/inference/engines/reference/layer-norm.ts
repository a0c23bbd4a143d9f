/** Scale and shift of a layer normalisation, (width) each. */
export interface LayerNorm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly epsilon: number;
}

/** Normalises each row of x (rows, width) to mean 0 and variance 1, then scales and shifts; in place. */
export function applyLayerNorm(norm: LayerNorm, x: Float32Array, rows: number): void {
  const width = norm.weight.length;
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * width, (row + 1) * width);
    let sum = 0;
    for (let index = 0; index < width; index++) sum += values[index]!;
    const mean = sum / width;
    let squares = 0;
    for (let index = 0; index < width; index++) squares += (values[index]! - mean) ** 2;
    const inverseDeviation = 1 / Math.sqrt(squares / width + norm.epsilon);
    for (let index = 0; index < width; index++) {
      values[index] = (values[index]! - mean) * inverseDeviation * norm.weight[index]! + norm.bias[index]!;
    }
  }
}

/** x += y, element by element. */
export function addInPlace(x: Float32Array, y: Float32Array): void {
  for (let index = 0; index < x.length; index++) x[index] = x[index]! + y[index]!;
}

/** Euclidean norm, in float64. */
export function euclideanNorm(values: Float32Array): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += values[index]! ** 2;
  return Math.sqrt(squares);
}
