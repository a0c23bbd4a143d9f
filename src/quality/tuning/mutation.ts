import type { Random } from "../../base/random.ts";
import { isWithin } from "./judgement.ts";
import type { Ledger } from "./ledger.ts";
import { cheaperMoves, moved } from "./moves.ts";
import { beats, type Rules } from "./race.ts";
import type { Candidate, SearchSpace } from "./search-space.ts";

/** Parents are drawn among as many of the cheapest ones. */
const PARENT_COUNT = 5;
/** So many draws without a child that was not tried yet mean that the neighbourhood is known. */
const MOST_REPEATS = 200;

/**
 * Evolutionary local search: children of the cheapest candidates, each one step back towards dense and two steps towards
 * less elsewhere, so that one technique can be exchanged for another. @returns a better candidate, or nothing.
 */
export async function mutate(
  best: Candidate,
  ledger: Ledger,
  options: Rules & {
    readonly space: SearchSpace;
    readonly random: Random;
    readonly isSpent: () => boolean;
  },
): Promise<Candidate | undefined> {
  const { space, random, rungCount, floorPoints } = options;
  const moves = cheaperMoves(space);
  const parents = ledger
    .tried()
    .filter(({ rung, judgement }) => rung === rungCount - 1 && isWithin(judgement, floorPoints))
    .sort((left, right) => left.judgement.costRatio - right.judgement.costRatio)
    .slice(0, PARENT_COUNT);
  let repeats = 0;
  while (moves.length > 0 && repeats < MOST_REPEATS && !options.isSpent()) {
    const parent = parents[random.integer(parents.length)]!;
    const draw = () => moves[random.integer(moves.length)]!;
    const back = draw();
    const child = [{ ...back, step: -back.step }, draw(), draw()].reduce<Candidate>(
      (candidate, move) => moved(space, candidate, move),
      parent.candidate,
    );
    if (ledger.has(child)) {
      repeats++;
      continue;
    }
    if (await beats(child, best, ledger, options)) return child;
  }
  return undefined;
}
