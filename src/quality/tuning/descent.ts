import type { Random } from "../../base/random.ts";
import type { Ledger } from "./ledger.ts";
import { cheaperMoves, moved, shuffled } from "./moves.ts";
import { beats, type Rules } from "./race.ts";
import { type Candidate, candidateKey, type SearchSpace } from "./search-space.ts";

export interface DescentOptions extends Rules {
  readonly space: SearchSpace;
  readonly random: Random;
  readonly isSpent: () => boolean;
}

/** The floor is let down in steps, so that moves that cost nothing come before those that cost quality. */
const FLOOR_PARTS = [0.25, 0.5, 1];

/**
 * Coordinate descent: every move towards less is tried, large ones first, and again while it holds; ends when none
 * does, or when the budget is spent. @returns the cheapest candidate that it found within the floor.
 */
export async function descend(start: Candidate, ledger: Ledger, options: DescentOptions): Promise<Candidate> {
  const { space, random, floorPoints, isSpent } = options;
  const moves = cheaperMoves(space);
  const sizes = [...new Set(moves.map(({ step }) => step))];
  let best = start;
  for (const part of FLOOR_PARTS) {
    const rules = { ...options, floorPoints: floorPoints * part };
    for (let hasMoved = true; hasMoved; ) {
      hasMoved = false;
      for (const size of sizes) {
        const ofSize = moves.filter(({ step }) => step === size);
        for (const move of shuffled(ofSize, random)) {
          for (;;) {
            const next = moved(space, best, move);
            if (isSpent()) return best;
            if (candidateKey(next) === candidateKey(best) || !(await beats(next, best, ledger, rules))) break;
            best = next;
            hasMoved = true;
          }
        }
      }
    }
  }
  return best;
}
