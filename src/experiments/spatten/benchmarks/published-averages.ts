/** Averages of SpAtten (HPCA 2021), sections I and V, over its 30 benchmarks or the 8 of GPT-2: inputs, never compared. */
export const publishedAverages = {
  /** DRAM and work less by token and local value pruning. */
  tokenReductionOfAll: 1.9,
  tokenReductionOfGpt2: 3.8,
  headReductionOfAll: 1.1,
  /** Input samples that fetch the low bits. */
  refetchRatio: 0.059,
  progressiveReduction: 5.1,
  benchmarkCount: 30,
  gpt2Count: 8,
} as const;

/**
 * What is left for BERT where both averages are geometric, as all of the paper's are: x^22 · 3.8^8 = 1.9^30.
 * Arithmetic and harmonic means would leave 1.21 and 1.61.
 */
export function bertTokenReduction(): number {
  const { tokenReductionOfAll, tokenReductionOfGpt2, benchmarkCount, gpt2Count } = publishedAverages;
  const left = benchmarkCount * Math.log(tokenReductionOfAll) - gpt2Count * Math.log(tokenReductionOfGpt2);
  return Math.exp(left / (benchmarkCount - gpt2Count));
}
