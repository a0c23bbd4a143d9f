import { EXPONENTIAL_RELATIVE_ERROR } from "../../../base/arithmetic/exponential.ts";

/** Rounding to float32, as a part of the number: half a unit in the last place. */
export const FLOAT32_RELATIVE_ROUNDING = 2 ** -24;

/** A number rounded to whole codes is off by at most half a code. */
export const ROUNDING_CODES = 0.5;
/** float32 roundings on the way of a score: of the integer, of the scale, of their product, and of the subtraction of
 * the maximum, whose result may be twice as large. */
export const SCORE_ROUNDINGS = 5;
/** float32 roundings of a quotient and of its product with the code of 1; each line of the sum and each level of its tree
 * adds one more. */
export const QUOTIENT_ROUNDINGS = 2;

/** What the error of one query's scores depends on. */
export interface ScoreErrorInput {
  readonly dimension: number;
  /** Sum over D of |q| as the datapath sees it. */
  readonly queryMagnitude: number;
  /** Largest sum over D of |k| of a key, in floats. */
  readonly keyMagnitude: number;
  readonly queryStep: number;
  readonly keyStep: number;
  /** Low bits of K that read as 0. */
  readonly missingLowBits: number;
  /** Largest |score|. */
  readonly largestScore: number;
}

/**
 * Bound d of |score - float score|, up to a number that all keys share and that a softmax does not see. With q' and k' for
 * what the datapath holds, q'k' - qk = q'(k' - k) + (q' - q)k. Rounding moves q by half a step and k by half a step; low
 * bits that read as 0 move k down by 0 to 2^l - 1 steps, half of which is shared by all keys, so that 2^l / 2 steps
 * remain in all. The exponential's relative error counts as an error of the score.
 */
export function scoreErrorBound(input: ScoreErrorInput): number {
  const keyError = input.queryMagnitude * input.keyStep * ROUNDING_CODES * 2 ** input.missingLowBits;
  const queryError = input.keyMagnitude * input.queryStep * ROUNDING_CODES;
  return (keyError + queryError) / Math.sqrt(input.dimension) + arithmeticErrorBound(input.largestScore);
}

/** The part of it that exact operands leave: float32 and the fifth-order series. */
export function arithmeticErrorBound(largestScore: number): number {
  return largestScore * SCORE_ROUNDINGS * FLOAT32_RELATIVE_ROUNDING - Math.log1p(-EXPONENTIAL_RELATIVE_ERROR);
}

/** What turns an error of the scores into one of the probabilities. */
export interface ProbabilityErrorInput {
  readonly scoreError: number;
  readonly keyCount: number;
  readonly softmaxParallelism: number;
  readonly largestProbabilityCode: number;
}

/**
 * Bound of |p' - p| of one key whose probability is p: its own score is off by d one way, all others by d the other way,
 * at most p (e^2d - 1), and never more than tanh(d / 2); then the sum's roundings and half a code. SpAtten section III-D.
 */
export function probabilityErrorBound(input: ProbabilityErrorInput, probability: number): number {
  const { scoreError } = input;
  const fromScores = Math.min(probability * Math.expm1(2 * scoreError), Math.tanh(scoreError / 2));
  return fromScores + sumRounding(input) + ROUNDING_CODES / input.largestProbabilityCode;
}

/** The same, summed over `keptCount` keys: the worst scores move 2 tanh(d / 2) in all, at most d. */
export function totalProbabilityErrorBound(input: ProbabilityErrorInput, keptCount: number): number {
  const fromScores = 2 * Math.tanh(input.scoreError / 2);
  return fromScores + sumRounding(input) + (keptCount * ROUNDING_CODES) / input.largestProbabilityCode;
}

function sumRounding({ keyCount, softmaxParallelism }: ProbabilityErrorInput): number {
  const additions = Math.ceil(keyCount / softmaxParallelism) + Math.ceil(Math.log2(softmaxParallelism));
  return (additions + QUOTIENT_ROUNDINGS) * FLOAT32_RELATIVE_ROUNDING;
}

/** Steps behind an output element. */
export interface OutputErrorInput {
  /** From `totalProbabilityErrorBound`. */
  readonly totalProbabilityError: number;
  /** Largest |v| of the head. */
  readonly largestValue: number;
  readonly valueStep: number;
  readonly outputStep: number;
}

/**
 * Bound of |e' - e| of each output element: p'v' - pv = (p' - p)v + p'(v' - v), summed over the keys, where v' is off by
 * half a step and the probabilities add up to 1 and their own error; then the output's half step.
 */
export function outputErrorBound(input: OutputErrorInput): number {
  const { totalProbabilityError, largestValue, valueStep, outputStep } = input;
  const fromValues = (1 + totalProbabilityError) * valueStep * ROUNDING_CODES;
  return totalProbabilityError * largestValue + fromValues + outputStep * ROUNDING_CODES;
}
