import { requireLength } from "../../base/require.ts";
import type { PruningMethod } from "./method.ts";

/** Cumulative importance: attention received in this layer and all before it. */
export const spattenMethod: PruningMethod = {
  id: "spatten",
  title: "SpAtten: cumulative attention over heads and layers",
  source: "SpAtten, HPCA 2021, section III-A, Algorithm 2",
  score({ carried, layerScores }) {
    requireLength(layerScores.length, carried.length, "layer scores");
    return carried.map((before, index) => before + layerScores[index]!);
  },
};
