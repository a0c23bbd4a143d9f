/** SpAtten (HPCA 2021), Fig 18: slope and flat parts of the roofs. */
export const figure18Roofs = {
  gigabytesPerSecond: 512,
  teraoperationsPerSecond: { spatten: 2, "titan-xp": 12 },
} as const;

/** Its points: operations a byte of Q, K, V and outputs, and TFLOPS; means over the benchmarks of a family. */
export const figure18Points = {
  bert: {
    spatten: { operationsPerByte: 83, teraoperationsPerSecond: 1.61 },
    "titan-xp": { operationsPerByte: 14, teraoperationsPerSecond: 0.02 },
  },
  gpt2: {
    spatten: { operationsPerByte: 2.1, teraoperationsPerSecond: 0.43 },
    "titan-xp": { operationsPerByte: 0.5, teraoperationsPerSecond: 0.01 },
  },
} as const;

/** Derived from the above: the roof over GPT-2's point in TFLOPS, and the parts of the roofs that the points reach, in percent. */
export const figure18Derived = { roofOverGpt2: 1.08, reachedByGpt2: 40, reachedByBert: 80 } as const;
