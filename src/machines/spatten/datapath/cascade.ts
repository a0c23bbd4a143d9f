import { firstPivots } from "../../../hardware/top-k-engine/pivots.ts";
import type { ProtectedPositions } from "../../../pruning/cascade.ts";
import type { DatapathUnits } from "./units.ts";

/** What a cascade top-k saw, and what it kept. */
export interface CascadeChoice {
  /** Sums of probability codes (tokens), or of |outputs| (heads). */
  readonly scores: Float64Array;
  /** Places among them, ascending. */
  readonly kept: Int32Array;
}

/**
 * The token top-k at a layer's end. Protected tokens (`ids` are positions) enter it with the largest score that there is
 * and count among the k; the paper protects none. SpAtten Algorithm 2, Fig. 8, 2.
 */
export function rankTokens(
  units: DatapathUnits,
  ids: ArrayLike<number>,
  keepCount: number,
  protect: ProtectedPositions,
  originalLength: number,
): CascadeChoice {
  const scores = units.tokenScores.scores(ids.length);
  const largest = 2 ** units.tokenScores.parameters.scoreBits - 1;
  const ranked = scores.map((score, place) => {
    const position = ids[place]!;
    const isProtected = position < protect.firstCount || position >= originalLength - protect.lastCount;
    return isProtected ? largest : score;
  });
  return { scores, kept: units.cascadeTopK.run(ranked, keepCount, firstPivots).kept };
}

/** The head top-k at a layer's end, over the `heads` (ids) that are left, in the same engine. SpAtten Fig. 8, 13. */
export function rankHeads(units: DatapathUnits, heads: readonly number[], keepCount: number): CascadeChoice {
  const all = units.headScores.scores(Math.max(...heads) + 1);
  const scores = Float64Array.from(heads, (head) => all[head]!);
  return { scores, kept: units.cascadeTopK.run(scores, keepCount, firstPivots).kept };
}
