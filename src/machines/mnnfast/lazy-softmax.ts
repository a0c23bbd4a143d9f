import { SpattenError } from "../../base/errors.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import type { MnnfastParameters } from "./parameters.ts";

/** What MNNFast makes of one query. */
export interface LazySoftmaxQuery {
  /** Rows whose value was multiplied, ascending, and their probabilities by the whole sum. */
  readonly kept: Int32Array;
  readonly weights: Float64Array;
  /** (D) */
  readonly output: Float64Array;
}

/** A running sum of exponentials in 32-bit floats must lie in here. */
const LARGEST_FLOAT = 3.4028234663852886e38;
const SMALLEST_NORMAL_FLOAT = 1.1754943508222875e-38;

/**
 * Column-based attention with lazy softmax (MNNFast, ISCA 2019): chunk by chunk scores, exponentials and the partial
 * weighted sum beside the running sum, divided once at the end; no maximum is subtracted. Computed in 64-bit floats.
 * @throws SpattenError `input` where the exponentials leave 32-bit floats.
 */
export function lazySoftmaxQuery(
  { chunkKeyCount, zeroSkipping }: Pick<MnnfastParameters, "chunkKeyCount" | "zeroSkipping">,
  floats: HeadFloatOperands,
  dimension: number,
  queryIndex: number,
): LazySoftmaxQuery {
  const { mode, probabilityThreshold } = zeroSkipping;
  const exponentials = exponentialsOf(floats, dimension, queryIndex);
  const keyCount = exponentials.length;
  const wholeSum = exponentials.reduce((sum, exponential) => sum + exponential, 0);
  const kept: number[] = [];
  const output = new Float64Array(dimension);
  let runningSum = 0;
  for (let first = 0; first < keyCount; first += chunkKeyCount) {
    const end = Math.min(first + chunkKeyCount, keyCount);
    for (let row = first; row < end; row++) runningSum += exponentials[row]!;
    const sum = mode === "exact" ? wholeSum : runningSum;
    for (let row = first; row < end; row++) {
      if (mode !== "off" && exponentials[row]! < probabilityThreshold * sum) continue;
      kept.push(row);
      for (let d = 0; d < dimension; d++)
        output[d]! += exponentials[row]! * floats.value[row * dimension + d]!;
    }
  }
  requireFloat(wholeSum);
  return {
    kept: Int32Array.from(kept),
    weights: Float64Array.from(kept, (row) => exponentials[row]! / wholeSum),
    output: output.map((value) => value / wholeSum),
  };
}

function exponentialsOf(
  { query, key }: HeadFloatOperands,
  dimension: number,
  queryIndex: number,
): Float64Array {
  return Float64Array.from({ length: key.length / dimension }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += query[queryIndex * dimension + d]! * key[row * dimension + d]!;
    return Math.exp(sum / Math.sqrt(dimension));
  });
}

function requireFloat(sum: number): void {
  if (sum >= SMALLEST_NORMAL_FLOAT && sum <= LARGEST_FLOAT) return;
  throw new SpattenError("input", "the exponentials of a query leave 32-bit floats", {
    got: `a sum of ${sum}`,
    expected: "scores within about ±87",
    hint: "MNNFast subtracts no maximum",
  });
}
