import type { PruningMethod } from "./method.ts";

/** This layer's attention alone; later papers compare with it under SpAtten's name. */
export const layerTopKMethod: PruningMethod = {
  id: "layer-top-k",
  title: "Top-k of one layer's attention",
  source: "the per-layer baseline that LTP's published code calls SpAtten; not what SpAtten does",
  score: ({ layerScores }) => layerScores.slice(),
};
