import { isWithin, type Judgement } from "./judgement.ts";
import type { Tried } from "./ledger.ts";
import type { SearchResult } from "./search.ts";
import { type Candidate, candidateKey, denseCandidate, type SearchSpace } from "./search-space.ts";

/** What fresh rows made of a search. */
export interface Confirmed {
  readonly best: Tried;
  /** Cheaper plans that lost too much there. */
  readonly failedCount: number;
}

/** A plan that failed takes its close neighbours with it: the next one that is asked costs as much more. */
const COST_STEP = 1.04;

/**
 * The cheapest candidate that lies within the floor on the rows of the search and again on rows that it never saw. Few are
 * asked, from the cheapest on, so that luck decides little there; dense needs no confirmation.
 */
export async function confirm(
  { tried }: SearchResult,
  judgeFresh: (candidate: Candidate) => Promise<Judgement>,
  rules: {
    readonly space: SearchSpace;
    readonly rungCount: number;
    readonly floorPoints: number;
    /** Sees how many were asked, and how many there are at most. */
    readonly onAsked?: (askedCount: number, mostCount: number) => void;
  },
): Promise<Confirmed> {
  const denseKey = candidateKey(denseCandidate(rules.space));
  const asked = tried
    .filter(({ rung, judgement }) => rung === rules.rungCount - 1 && isWithin(judgement, rules.floorPoints))
    .sort((left, right) => left.judgement.costRatio - right.judgement.costRatio);
  let failedCount = 0;
  let leastCostRatio = 0;
  for (const one of asked) {
    if (one.judgement.costRatio >= 1) break;
    if (one.judgement.costRatio < leastCostRatio) continue;
    const isConfirmed = isWithin(await judgeFresh(one.candidate), rules.floorPoints);
    rules.onAsked?.(failedCount + 1, asked.length);
    if (isConfirmed) return { best: one, failedCount };
    failedCount++;
    leastCostRatio = one.judgement.costRatio * COST_STEP;
  }
  return { best: tried.find(({ candidate }) => candidateKey(candidate) === denseKey)!, failedCount };
}
