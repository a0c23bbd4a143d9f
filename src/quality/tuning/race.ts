import { isPlausible, isWithin } from "./judgement.ts";
import type { Ledger } from "./ledger.ts";
import type { Candidate } from "./search-space.ts";

/** The rules of a search that every part of it keeps. */
export interface Rules {
  readonly rungCount: number;
  readonly floorPoints: number;
}

/**
 * Whether a candidate is cheaper than the best and within the floor on all rows. It climbs rung by rung, against the
 * best on the same rows, and stops as soon as it costs more or clearly loses too much.
 */
export async function beats(
  candidate: Candidate,
  best: Candidate,
  ledger: Ledger,
  { rungCount, floorPoints }: Rules,
): Promise<boolean> {
  for (let rung = 0; rung < rungCount; rung++) {
    const judgement = await ledger.judge(candidate, rung);
    if (!isPlausible(judgement, floorPoints)) return false;
    const other = await ledger.judge(best, rung);
    if (judgement.costRatio >= other.costRatio) return false;
  }
  return isWithin(await ledger.judge(candidate, rungCount - 1), floorPoints);
}
