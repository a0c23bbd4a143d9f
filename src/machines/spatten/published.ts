import type { Module } from "./energy-table.ts";

/** SpAtten (HPCA 2021), Fig 13: power of each module, on chip only, in watts (sum 2.595). */
export const publishedModuleWatts: Readonly<Record<Module, number>> = {
  qkvFetcher: 0.243,
  queryKeyProduct: 1.125,
  softmax: 0.497,
  topK: 0.08,
  probabilityValueProduct: 0.529,
  others: 0.121,
};

/** Fig 13: area of each module in square millimetres (sum 18.713). */
export const publishedModuleSquareMillimetres: Readonly<Record<Module, number>> = {
  qkvFetcher: 2.649,
  queryKeyProduct: 7.123,
  softmax: 0.791,
  topK: 0.498,
  probabilityValueProduct: 7.222,
  others: 0.43,
};

/** Evaluation section: power by kind, averaged over benchmarks that the paper does not list. */
export const publishedPowerWatts = { compute: 1.36, sram: 1.24, dram: 5.71, total: 8.3 } as const;

/** Evaluation section: share of the top-k engines, and in Fig 13 on chip. */
export const publishedTopKShareRatio = { totalPower: 0.01, onChipPower: 0.031, area: 0.027 } as const;

/** Table III, SpAtten-1/8: power is throughput / efficiency, 360 GOP/s over 382 GOP/J. */
export const publishedEighth = { squareMillimetres: 1.55, watts: 360 / 382 } as const;
