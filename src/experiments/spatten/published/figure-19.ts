/** SpAtten (HPCA 2021), Fig 19, in GFLOPS on one GPT-2 application that the paper does not name: comparators of an array of the top-k engine. */
export const figure19TopK = [
  [1, 168.4],
  [2, 298.8],
  [4, 485.4],
  [8, 652.8],
  [16, 776.2],
  [32, 770.9],
] as const;

/** The same figure: K and V memory, KiB each (196 KB in the paper's words are 192 KiB). */
export const figure19Sram = [
  [192, 776.2],
  [384, 785.3],
  [768, 774.8],
] as const;

/** The paper's choice, and its throughput. */
export const figure19Choice = { topKComparatorCount: 16, sramKibibytes: 192, gflops: 776.2 } as const;
