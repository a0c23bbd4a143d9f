import type { Checkpoint } from "../../../base/checkpoint.ts";
import type { Quantization } from "../../../pruning/plan.ts";
import { type ProgressiveResult, progressiveProbabilities } from "../../../pruning/progressive.ts";
import { quantize, roundTrip } from "../../../pruning/quantization.ts";
import { softmax } from "../../../pruning/softmax.ts";

/** Q, K and V of one head as projected: (rows, dimension) each. */
export interface HeadOperands {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly rows: number;
  readonly dimension: number;
  readonly quantization: Quantization | undefined;
  readonly checkpoint: Checkpoint;
}

export interface HeadProbabilities {
  /** (queries, keys) */
  readonly probabilities: Float32Array;
  /** V as the datapath sees it, through its own quantization: (rows, dimension). */
  readonly value: Float32Array;
  readonly refetchedQueries: readonly number[];
  /** Of each query, with the high bits of K alone where the plan is progressive. */
  readonly maximumProbability: readonly number[];
}

/** The probabilities of one head's queries at the plan's widths (SpAtten, section III-D), one query after another. */
export async function probabilityRows(operands: HeadOperands): Promise<HeadProbabilities> {
  const { rows, quantization } = operands;
  const probabilities = new Float32Array(rows * rows);
  const refetchedQueries: number[] = [];
  const maximumProbability: number[] = [];
  const probabilitiesOf = rowFunction(operands);
  for (let row = 0; row < rows; row++) {
    const rest = operands.checkpoint();
    if (rest !== undefined) await rest;
    const result = probabilitiesOf(row);
    probabilities.set(result.probabilities, row * rows);
    if (result.refetched) refetchedQueries.push(row);
    maximumProbability.push(result.coarseMaximumProbability);
  }
  const value =
    quantization === undefined ? operands.value : roundTrip(operands.value, quantization.valueBits);
  return { probabilities, value, refetchedQueries, maximumProbability };
}

type RowFunction = (row: number) => ProgressiveResult;

function rowFunction(operands: HeadOperands): RowFunction {
  const { quantization, dimension } = operands;
  const query =
    quantization === undefined ? operands.query : roundTrip(operands.query, quantization.queryBits);
  const queryRow = (row: number) => query.subarray(row * dimension, (row + 1) * dimension);
  if (quantization?.kind === "progressive") {
    const { leastSignificantBits, mostSignificantBits, maximumProbabilityThreshold } = quantization;
    const { codes, scale } = quantize(operands.key, mostSignificantBits + leastSignificantBits);
    return (row) =>
      progressiveProbabilities({
        query: queryRow(row),
        keyCodes: codes,
        keyScale: scale,
        leastSignificantBits,
        threshold: maximumProbabilityThreshold,
      });
  }
  const key = quantization === undefined ? operands.key : roundTrip(operands.key, quantization.keyBits);
  return (row) => {
    const probabilities = softmax(scores(queryRow(row), key, operands));
    const coarseMaximumProbability = probabilities.reduce((most, value) => Math.max(most, value), 0);
    return { probabilities, refetched: false, coarseMaximumProbability };
  };
}

/** q · Kᵀ / √dimension for one query: (keys). */
function scores(query: Float32Array, key: Float32Array, { rows, dimension }: HeadOperands): Float64Array {
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += query[d]! * key[row * dimension + d]!;
    result[row] = sum / Math.sqrt(dimension);
  }
  return result;
}
