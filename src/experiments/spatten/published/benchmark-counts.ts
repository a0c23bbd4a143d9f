/** SpAtten (HPCA 2021), section V-A: benchmarks of either family. */
export const benchmarkCounts = { bert: 22, gpt2: 8 } as const;
