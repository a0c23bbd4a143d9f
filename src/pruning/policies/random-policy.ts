import type { CachePolicy } from "./policy.ts";

/** Uniform draws in each iteration: what any policy must beat. */
export const randomPolicy: CachePolicy = {
  id: "random",
  title: "Random rows",
  source: "control of this project: the same counts, chosen without looking",
  granularity: "layer",
  phase: "each-step",
  repositions: false,
  score: ({ positions, random }) => Float64Array.from(positions, () => random.next()),
};
