import { createRandom } from "../../base/random.ts";
import { descend } from "./descent.ts";
import { halve } from "./halving.ts";
import { isWithin } from "./judgement.ts";
import { createLedger, type Judge, type Tried } from "./ledger.ts";
import { mutate } from "./mutation.ts";
import type { Rules } from "./race.ts";
import { denseCandidate, type SearchSpace } from "./search-space.ts";
import { startingCandidates } from "./starting-candidates.ts";

export interface SearchOptions extends Rules {
  readonly space: SearchSpace;
  readonly judge: Judge;
  /** Candidates that may be tried; one that is under way when they are used up is finished. */
  readonly trialBudget: number;
  readonly seed: number;
  readonly onProgress?: ((triedCount: number) => void) | undefined;
}

export interface SearchResult {
  /** The cheapest candidate within the floor on all rows; dense where there is no cheaper one. */
  readonly best: Tried;
  readonly tried: readonly Tried[];
}

/** The part of the budget that goes into candidates to begin with. */
const STARTING_PART = 1 / 3;

/**
 * The cheapest candidate within the floor, as far as a budget finds it: halving finds where to begin, descent and
 * mutations go on from there. Equal options give equal results.
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { space, rungCount, floorPoints, trialBudget } = options;
  const random = createRandom(options.seed);
  const ledger = createLedger(options.judge, (count) => options.onProgress?.(count));
  const isSpent = () => ledger.tried().length >= trialBudget;
  const dense = denseCandidate(space);
  for (let rung = 0; rung < rungCount; rung++) await ledger.judge(dense, rung);
  const startCount = Math.floor(trialBudget * STARTING_PART);
  await halve(startingCandidates(space, startCount, random), ledger, { rungCount, floorPoints });
  const cheapest = (): Tried =>
    ledger
      .tried()
      .filter(({ rung, judgement }) => rung === rungCount - 1 && isWithin(judgement, floorPoints))
      .reduce(cheaperOf);
  const walk = { space, random, rungCount, floorPoints, isSpent };
  // From dense as well: the best of the beginning may have spent its loss on the wrong technique.
  await descend(cheapest().candidate, ledger, walk);
  await descend(dense, ledger, walk);
  while (!isSpent()) {
    const child = await mutate(cheapest().candidate, ledger, walk);
    if (child === undefined) break;
    await descend(child, ledger, walk);
  }
  return { best: cheapest(), tried: ledger.tried() };
}

/** The cheaper one, of equal costs the better one; dense, which is tried first, gives way to less cost alone. */
function cheaperOf(best: Tried, other: Tried): Tried {
  const [left, right] = [best.judgement, other.judgement];
  if (right.costRatio !== left.costRatio) return right.costRatio < left.costRatio ? other : best;
  return left.costRatio < 1 && right.lossPoints < left.lossPoints ? other : best;
}
