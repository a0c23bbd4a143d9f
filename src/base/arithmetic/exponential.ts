/**
 * Largest relative error of `exponentialTaylor5` against `Math.exp` where neither over- nor underflows in float32: the
 * series leaves off at r^6 / 720, which at r = -ln 2 / 2 is 3.24e-6 of e^r; rounding of float32 steps adds about 1e-7.
 */
export const EXPONENTIAL_RELATIVE_ERROR = 3.4e-6;

/** Fused multiply-adds of one exponential: the fifth-order series, by Horner's rule. */
export const EXPONENTIAL_SERIES_STEPS = 5;
/** More of them to split the argument: once for its power of two, twice for what is left. */
export const EXPONENTIAL_REDUCTION_STEPS = 3;

/** ln 2 in two parts, the first short enough that its multiples are exact in float32. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = Math.fround(Math.LN2 - LN2_HIGH);
const LOG2_E = Math.fround(Math.LOG2E);
/** 1/5!, 1/4!, … 1/0!, as float32. */
const COEFFICIENTS = [1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1].map(Math.fround);

/** Beyond these a float32 has no exponent left. */
const LARGEST_ARGUMENT = 88.72;
const SMALLEST_ARGUMENT = -87.33;

/** A fused multiply-add in float32. The product of two float32 is exact in float64, so only the sum rounds. */
function fusedMultiplyAdd(factor: number, multiplier: number, addend: number): number {
  return Math.fround(factor * multiplier + addend);
}

/**
 * e^x on fused multiply-adds in float32, as the softmax pipeline takes it: a Taylor series of order 5 (SpAtten section
 * IV-D after Nilsson et al., NORCHIP 2014) of what is left of x when a power of two is taken out, which the paper does
 * not describe. 0 below -87.33, Infinity above 88.72.
 */
export function exponentialTaylor5(x: number): number {
  if (x > LARGEST_ARGUMENT) return Infinity;
  if (x < SMALLEST_ARGUMENT) return 0;
  const argument = Math.fround(x);
  const power = Math.round(fusedMultiplyAdd(argument, LOG2_E, 0));
  const rest = fusedMultiplyAdd(-power, LN2_LOW, fusedMultiplyAdd(-power, LN2_HIGH, argument));
  let sum = COEFFICIENTS[0]!;
  for (let step = 1; step <= EXPONENTIAL_SERIES_STEPS; step++) {
    sum = fusedMultiplyAdd(sum, rest, COEFFICIENTS[step]!);
  }
  return Math.fround(sum * 2 ** power);
}
