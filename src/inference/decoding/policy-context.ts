import type { Random } from "../../base/random.ts";
import type { PolicyContext } from "../../pruning/policies/policy.ts";
import type { ScoreBook } from "./score-book.ts";

/** What a policy may look at, gathered when it does: most look at one kind of score. */
export function policyContext(
  book: ScoreBook,
  unit: number,
  positions: Int32Array,
  keepCount: number,
  random: Random,
): PolicyContext {
  const once = (gather: ScoreBook["latest"]) => {
    let gathered: Float64Array | undefined;
    return () => {
      gathered ??= gather(unit, positions);
      return gathered;
    };
  };
  const [accumulated, latest, observed] = [book.accumulated, book.latest, book.observed].map(once);
  return {
    ...{ positions, keepCount, random },
    get accumulated() {
      return accumulated!();
    },
    get latest() {
      return latest!();
    },
    get observed() {
      return observed!();
    },
  };
}
