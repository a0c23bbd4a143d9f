import { requireInteger } from "../base/require.ts";
import type { ValuePruning } from "./plan.ts";
import { clampCount, roundCount } from "./rounding.ts";
import { topKIndices } from "./top-k.ts";

/**
 * How many values each query of a head fetches when `keyCount` keys are left. SpAtten section III-C.
 *
 * @throws SpattenError `input` when `keyCount` is not a whole number.
 */
export function keptValueCount(pruning: ValuePruning, keyCount: number): number {
  requireInteger(keyCount, "key count");
  return clampCount(
    roundCount(pruning.keepRatio * keyCount, pruning.rounding),
    pruning.minimumCount,
    keyCount,
  );
}

/**
 * Keys whose values one query of one head fetches: those of its largest probabilities, ascending; the choice holds for
 * this query and head only, nothing carries on. SpAtten section III-C.
 *
 * `probabilities` (keys); returns (keepCount). @throws SpattenError `input` as `topKIndices` does.
 */
export function keptValues(probabilities: ArrayLike<number>, keepCount: number): Int32Array {
  return topKIndices(probabilities, keepCount);
}
