import { SpattenError } from "../base/errors.ts";
import type { ProtectedPositions } from "./cascade.ts";
import type { PruningMethod } from "./methods/method.ts";
import type { TokenPruning } from "./plan.ts";

/** Refuses a plan whose threshold its method does not use, or lacks. @throws SpattenError `config`. */
export function requireThresholdOf(method: PruningMethod, tokens: TokenPruning | undefined): void {
  if (tokens === undefined) return;
  const given = tokens.scoreThreshold !== undefined;
  if (given === (method.usesThreshold === true)) return;
  throw new SpattenError(
    "config",
    `pruning method "${method.id}" ${given ? "uses no" : "needs a"} threshold`,
    {
      where: "tokens.scoreThreshold",
      hint: given ? "leave it out, or choose attention-threshold" : "give one for each layer, such as [0.02]",
    },
  );
}

/**
 * How many tokens are left for a layer: those with a score of at least its threshold and the protected ones, at most
 * `budgetCount` and at least the plan's minimum; without a threshold all of the budget.
 *
 * `scores` and `positions` (survivors).
 */
export function countAboveThreshold(
  {
    scoreThreshold,
    minimumCount,
    protect,
  }: Pick<TokenPruning, "scoreThreshold" | "minimumCount" | "protect">,
  scores: Float64Array,
  positions: ArrayLike<number>,
  place: { readonly layer: number; readonly originalLength: number; readonly budgetCount: number },
): number {
  if (scoreThreshold === undefined) return place.budgetCount;
  const threshold = scoreThreshold[Math.min(place.layer, scoreThreshold.length - 1)]!;
  let count = 0;
  for (const [index, score] of scores.entries()) {
    if (score >= threshold || isProtected(positions[index]!, protect, place.originalLength)) count++;
  }
  return Math.min(place.budgetCount, Math.max(count, Math.min(minimumCount, scores.length)));
}

function isProtected(position: number, protect: ProtectedPositions, originalLength: number): boolean {
  return position < protect.firstCount || position >= originalLength - protect.lastCount;
}
