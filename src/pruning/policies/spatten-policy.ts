import type { CachePolicy } from "./policy.ts";

/** Cumulative importance over layers, heads and iterations; a layer reads a part of what the layer before it read. */
export const spattenPolicy: CachePolicy = {
  id: "spatten",
  title: "SpAtten: cumulative attention over heads, layers and iterations",
  source: "SpAtten, HPCA 2021, section III-A, Algorithm 2; released GPT-2 traces",
  granularity: "model",
  phase: "each-step",
  repositions: false,
  score: ({ accumulated }) => accumulated.slice(),
};
