type Four = readonly [number, number, number, number];

/** SpAtten (HPCA 2021), Fig 15: speedups of SpAtten-e2e; exact values behind the plot, in the order of `figure15Columns`. */
export const figure15: Readonly<Record<string, Four>> = {
  "gpt2-small-wikitext2": [30.67, 44.12, 93.81, 134.95],
  "gpt2-small-wikitext103": [31.24, 45.31, 95.56, 138.6],
  "gpt2-small-ptb": [31.44, 45.74, 96.17, 139.9],
  "gpt2-small-1bw": [32.2, 47.35, 98.48, 144.84],
  "gpt2-medium-wikitext2": [18.17, 26.52, 71.22, 103.97],
  "gpt2-medium-wikitext103": [18.27, 26.74, 71.61, 104.82],
  "gpt2-medium-ptb": [18.59, 27.44, 72.89, 107.58],
  "gpt2-medium-1bw": [18.85, 28.01, 73.9, 109.8],
};

/** The geometric means that the figure prints. */
export const figure15Geomeans: Four = [24.07, 35.21, 83.36, 121.9];
