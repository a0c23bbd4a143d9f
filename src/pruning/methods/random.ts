import type { PruningMethod } from "./method.ts";

/** Uniform draws: what any score must beat. */
export const randomMethod: PruningMethod = {
  id: "random",
  title: "Random tokens",
  source: "control of this project: the same counts, chosen without looking",
  score: ({ layerScores, random }) => layerScores.map(() => random.next()),
};
