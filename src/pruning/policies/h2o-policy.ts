import type { CachePolicy } from "./policy.ts";

/** Half of the budget for heavy hitters, rows with the largest accumulated attention, half for the newest rows. */
export const h2oPolicy: CachePolicy = {
  id: "h2o",
  title: "H2O: heavy hitters and the newest",
  source: "Zhang et al., NeurIPS 2023, section 4 and Algorithm 1; halves as in its experiments",
  granularity: "key-value-head",
  phase: "each-step",
  repositions: false,
  score: ({ accumulated, keepCount }) => {
    const firstRecent = accumulated.length - Math.ceil(keepCount / 2);
    return accumulated.map((score, row) => (row >= firstRecent ? Infinity : score));
  },
};
