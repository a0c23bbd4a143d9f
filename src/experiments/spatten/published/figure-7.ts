/** SpAtten (HPCA 2021), Fig 7: mean error of 4 bits in percent by tenth of the largest probability, as [from, percent]. */
export const figure7Errors = [
  [0.1, 3.6],
  [0.2, 3.9],
  [0.3, 4.1],
  [0.4, 3.3],
  [0.5, 2.9],
  [0.6, 2.3],
  [0.7, 2.1],
  [0.8, 1.3],
  [0.9, 0.66],
] as const;

/** The line through its points: percent at 0, and percent less at 1. */
export const figure7Fit = { intercept: 5.3, slope: -4.6 } as const;

/** Ends of the largest probabilities of its points. */
export const figure7Extent = { least: 0.143, most: 0.997 } as const;

/** Its example bars: all probabilities of a flat query, and the largest one of a peaked query. */
export const figure7Bars = { flat: [0.117, 0.272, 0.284, 0.283, 0.045], peaked: 0.938 } as const;

/** Section III-D: a score that is off by d changes the probabilities by 2 d p (1 - p) in all, at most d / 2. */
export const figure7Law = { factor: 2, most: 0.5 } as const;
