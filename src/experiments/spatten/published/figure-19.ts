/**
 * SpAtten (HPCA 2021), Fig 19, in GFLOPS on one GPT-2 application that the paper does not name: by comparators of an array
 * of the top-k engine.
 */
export const figure19TopK: Readonly<Record<number, number>> = {
  ...{ 1: 168.4, 2: 298.8, 4: 485.4 },
  ...{ 8: 652.8, 16: 776.2, 32: 770.9 },
};

/** The same figure: by K and V memory, KiB each (196 KB in the paper's words are 192 KiB). */
export const figure19Sram: Readonly<Record<number, number>> = { 192: 776.2, 384: 785.3, 768: 774.8 };
