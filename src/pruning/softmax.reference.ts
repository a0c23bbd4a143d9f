/** The textbook softmax in float64; overflows where a score passes 709. */
export function softmaxReference(scores: readonly number[]): number[] {
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  return scores.map((score) => Math.exp(score) / sum);
}
