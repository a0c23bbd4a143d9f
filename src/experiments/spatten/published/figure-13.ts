/** SpAtten (HPCA 2021), Fig 13: parts of the chip, in square millimetres and in watts on chip, as printed. */
export const figure13 = [
  {
    module: "qkvFetcher",
    title: "QKV fetcher",
    squareMillimetres: 2.649,
    areaPercent: 14.2,
    watts: 0.243,
    powerPercent: 9.4,
  },
  {
    module: "queryKeyProduct",
    title: "Q·K",
    squareMillimetres: 7.123,
    areaPercent: 38.1,
    watts: 1.125,
    powerPercent: 43.4,
  },
  {
    module: "softmax",
    title: "softmax",
    squareMillimetres: 0.791,
    areaPercent: 4.2,
    watts: 0.497,
    powerPercent: 19.1,
  },
  {
    module: "topK",
    title: "top-k",
    squareMillimetres: 0.498,
    areaPercent: 2.7,
    watts: 0.08,
    powerPercent: 3.1,
  },
  {
    module: "probabilityValueProduct",
    title: "prob·V",
    squareMillimetres: 7.222,
    areaPercent: 38.6,
    watts: 0.529,
    powerPercent: 20.4,
  },
  {
    module: "others",
    title: "others",
    squareMillimetres: 0.43,
    areaPercent: 2,
    watts: 0.121,
    powerPercent: 5,
  },
] as const;

/** Sums of the figure. */
export const figure13Sums = { squareMillimetres: 18.713, watts: 2.595 } as const;
