/** SpAtten (HPCA 2021), Table III and its text, as printed. */
export const table3 = {
  mnnfast: { throughput: 120, efficiency: 120 },
  spattenEighth: { throughput: 360, efficiency: 382, areaEfficiency: 238, squareMillimetres: 1.55 },
  /** Over MNNFast; of area over A3. */
  ratios: {
    a3Throughput: 1.8,
    eighthThroughput: 3.0,
    a3Efficiency: 2.2,
    eighthEfficiency: 3.2,
    eighthArea: 2.2,
  },
  common: { multiplierCount: 128, gigabytesPerSecond: 64, clockGigahertz: 1 },
  /** How A3's throughput was come to: a base machine times the gain of its approximation. */
  a3: { throughput: 221, efficiency: 269, areaEfficiency: 106, squareMillimetres: 2.08 },
  a3Base: { throughput: 128, speedups: [1.73, 1.72] },
  peak: 256,
} as const;

/** Computed from the table: watts are throughput over efficiency. */
export const table3Derived = {
  watts: { spattenEighth: 0.94, a3: 0.82, mnnfast: 1.0 },
  eighthAreaEfficiency: 232,
} as const;
