/** A curve of SpAtten (HPCA 2021), Fig 21: reduction, and change of the task's metric in percent, behind the dense end. */
type Curve = readonly (readonly [ratio: number, change: number])[];

/** GPT-2-Small on PTB against the reduction of tokens; static 12 bits. */
export const figure21Tokens: Curve = [
  [2.59, 0.56],
  [3.36, -0.31],
  [4.01, -1.2],
  [4.44, -1.34],
  [5.19, -5.6],
  [6.56, -20.8],
  [7.33, -32.1],
  [8.32, -40.3],
];

/** BERT-Base on CoLA against the reduction of heads; static 12 bits. */
export const figure21Heads: Curve = [
  [1.05, 3.08],
  [1.12, 1.05],
  [1.2, 0.54],
  [1.3, -0.21],
  [1.5, -8.43],
  [1.6, -10.9],
  [1.8, -14.0],
  [2, -16.4],
];

/** What the text takes from the curves: reductions without loss. */
export const figure21WithoutLoss = { tokens: 4, heads: 1.2 } as const;
