import type { CachePolicy } from "./policy.ts";

/** Each row's share of the layer's last attention; what lies below the plan's threshold leaves, however many those are. */
export const attentionThresholdPolicy: CachePolicy = {
  id: "attention-threshold",
  title: "Threshold on the share of attention received",
  source:
    "LTP, Kim et al., KDD 2022, section 3.2, on a cache; its thresholds are learned, ours are the plan's",
  granularity: "layer",
  phase: "each-step",
  repositions: false,
  usesThreshold: true,
  score: ({ latest }) => {
    const total = latest.reduce((sum, score) => sum + score, 0);
    return latest.map((score) => (total === 0 ? 0 : score / total));
  },
};
