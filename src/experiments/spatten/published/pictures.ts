/** SpAtten (HPCA 2021), Fig 1: BERT-Base on a sentence of SST-2; tokens, heads, and what is left of compute and memory in percent. */
export const figure1 = [
  { stage: "whole", tokens: 11, heads: 12 },
  { stage: "middle", tokens: 6, heads: 10, percent: 38 },
  { stage: "end", tokens: 2, heads: 8, percent: 12 },
] as const;

/** Fig 5: token importance in a sentence of 14 tokens, "fun" among them. */
export const figure5Scores = [0.4, 1.0, 0.3, 1.2, 1.7, 1.0, 0.4, 1.8, 0.6, 1.9, 1.4, 0.3, 0.9, 0.4] as const;

/** Fig 22: similarity that BERT gives a pair of STS-B. */
export const figure22Similarity = 3.8;
