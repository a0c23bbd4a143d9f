import type { HeadFloatOperands, HeadOperands } from "../../../pruning/head-operands.ts";
import {
  arithmeticErrorBound,
  FLOAT32_RELATIVE_ROUNDING,
  outputErrorBound,
  type ProbabilityErrorInput,
  probabilityErrorBound,
  scoreErrorBound,
  totalProbabilityErrorBound,
} from "./error-bound.ts";
import type { DatapathUnits } from "./units.ts";

/** float32 roundings of a recorded number and of the operands behind it. */
const RECORD_ROUNDINGS = 4;

/** The bounds of one query: against attention in floats, and against the record. */
export interface QueryBounds {
  /** Of each output element, against floats. */
  readonly output: number;
  /** Of each output element, against the record. */
  readonly outputOfRecord: number;
  /** Of a probability of the record, given the machine's code of it. */
  readonly probabilityOfRecord: (code: number) => number;
}

/** What the bounds of a query depend on. */
export interface BoundInput {
  readonly queryIndex: number;
  readonly largestScore: number;
  readonly missingLowBits: number;
  readonly keptCount: number;
}

/** Error bounds of the queries of one head; `isRecordQuantized` where the record saw the same codes. */
export function createHeadBounds(
  units: DatapathUnits,
  floats: HeadFloatOperands,
  operands: HeadOperands,
  dimension: number,
  outputStep: number,
  isRecordQuantized: boolean,
): (input: BoundInput) => QueryBounds {
  const keyCount = floats.key.length / dimension;
  const one = units.largestProbabilityCode;
  const keyMagnitude = largestRowSum(floats.key, dimension);
  const largestKey = largestOf(floats.key);
  const largestValue = largestOf(floats.value);
  const shape = {
    keyCount,
    softmaxParallelism: units.softmax.parameters.parallelism,
    largestProbabilityCode: one,
  };
  const rounding = RECORD_ROUNDINGS * FLOAT32_RELATIVE_ROUNDING;
  return ({ queryIndex, largestScore, missingLowBits, keptCount }) => {
    const row = operands.query.codes.subarray(queryIndex * dimension, (queryIndex + 1) * dimension);
    const queryMagnitude = row.reduce((sum, code) => sum + Math.abs(code), 0) * operands.query.step;
    const scoreError = scoreErrorBound({
      dimension,
      queryMagnitude,
      keyMagnitude,
      queryStep: operands.query.step,
      keyStep: operands.key.step,
      missingLowBits,
      largestScore,
    });
    const recordScoreError = isRecordQuantized
      ? arithmeticErrorBound(largestScore) + (rounding * queryMagnitude * largestKey) / Math.sqrt(dimension)
      : scoreError;
    const outputWith = (input: ProbabilityErrorInput, valueStep: number) =>
      outputErrorBound({
        totalProbabilityError: totalProbabilityErrorBound(input, keptCount),
        largestValue,
        valueStep,
        outputStep,
      });
    const exact = { ...shape, scoreError };
    const recorded = { ...shape, scoreError: recordScoreError };
    return {
      output: outputWith(exact, operands.value.step),
      outputOfRecord:
        outputWith(recorded, isRecordQuantized ? 0 : operands.value.step) + rounding * largestValue,
      // The true probability may lie a code above the machine's.
      probabilityOfRecord: (code) => probabilityErrorBound(recorded, (code + 1) / one) + rounding,
    };
  };
}

function largestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function largestRowSum(values: Float32Array, dimension: number): number {
  let largest = 0;
  for (let start = 0; start < values.length; start += dimension) {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += Math.abs(values[start + d]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}
