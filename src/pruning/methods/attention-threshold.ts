import type { PruningMethod } from "./method.ts";

/** Each token's share of this layer's attention; what lies below the plan's threshold leaves, however many those are. */
export const attentionThresholdMethod: PruningMethod = {
  id: "attention-threshold",
  title: "Threshold on the mean attention received",
  source: "LTP, Kim et al., KDD 2022, section 3.2; its thresholds are learned, ours are the plan's",
  usesThreshold: true,
  // Every query's probabilities add up to 1, so that the sum is heads x queries: LTP's divisor.
  score: ({ layerScores }) => {
    const total = layerScores.reduce((sum, score) => sum + score, 0);
    return layerScores.map((score) => (total === 0 ? 0 : score / total));
  },
};
