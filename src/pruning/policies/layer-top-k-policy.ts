import type { CachePolicy } from "./policy.ts";

/** The last iteration's attention of one layer alone; later papers compare with it under SpAtten's name. */
export const layerTopKPolicy: CachePolicy = {
  id: "layer-top-k",
  title: "Top-k of one layer's attention in the iteration before",
  source: "the per-layer baseline that LTP's published code calls SpAtten; not what SpAtten does",
  granularity: "layer",
  phase: "each-step",
  repositions: false,
  score: ({ latest }) => latest.slice(),
};
