import type { Random } from "../../base/random.ts";

/** What a method may look at when a layer has computed its attention. */
export interface ScoreContext {
  /** Importance of the surviving tokens summed over the layers (and iterations) before this one: (survivors). */
  readonly carried: Float64Array;
  /** Attention that each survivor received in this layer, column sums over heads and queries: (survivors). */
  readonly layerScores: Float64Array;
  /** Attention that the first survivor paid to each in this layer, summed over heads; absent where an engine lacks it. */
  readonly firstTokenScores?: Float64Array | undefined;
  /** Seeded from the plan. */
  readonly random: Random;
}

/** A way to score tokens; everything else of the cascade is the same for all methods. */
export interface PruningMethod {
  readonly id: string;
  readonly title: string;
  /** Paper and section, or what the method is for. */
  readonly source: string;
  /** Whether a plan gives a score below which a token leaves (`tokens.scoreThreshold`). */
  readonly usesThreshold?: boolean;
  /** The scores that the top-k of a layer sees: (survivors), a new array. */
  score(context: ScoreContext): Float64Array;
}
