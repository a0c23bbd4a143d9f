/** Values of sums that were taken in multiples of `step`. */
export function valuesOfSums(sums: Float64Array, step: number): Float64Array {
  return step === 1 ? sums : sums.map((sum) => sum * step);
}

/**
 * Scores that are whole multiples of `step` but for float64's rounding as those multiples, so that equal sums of codes
 * stay equal and ties fall as they do on a machine that adds the codes; all others as they are.
 */
export function wholeMultiples(scores: Float64Array, step: number): Float64Array {
  if (step === 1) return scores;
  return scores.map((score) => {
    const count = Math.round(score / step);
    return Math.abs(score / step - count) < 1e-6 ? count * step : score;
  });
}
