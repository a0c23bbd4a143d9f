import type { Random } from "../../base/random.ts";

/**
 * Chooses the pivot of a pass: its place among the first `count` of `items`, in which the `rank`-th largest is looked
 * for, counted from 1. The hardware knows no rank's value; only `worstPivots` looks at it.
 */
export type PivotChoice = (items: ArrayLike<number>, count: number, rank: number) => number;

/** Uniformly random pivots, one draw a pass, as Algorithm 3 has them. */
export function randomPivots(random: Random): PivotChoice {
  return (_items, count) => random.integer(count);
}

/** Always the oldest item. */
export const firstPivots: PivotChoice = () => 0;

/**
 * The pivots that need the most items and passes: each time the largest or the smallest, whichever leaves more to look
 * through, and what is looked for only when nothing else is left. An upper bound for any other choice.
 */
export const worstPivots: PivotChoice = (items, count, rank) => {
  let largest = 0;
  let smallest = 0;
  let largestCount = 0;
  let smallestCount = 0;
  for (let place = 0; place < count; place++) {
    const value = items[place]!;
    if (value > items[largest]!) [largest, largestCount] = [place, 0];
    if (value < items[smallest]!) [smallest, smallestCount] = [place, 0];
    if (value === items[largest]!) largestCount++;
    if (value === items[smallest]!) smallestCount++;
  }
  const largestGoesOn = rank > largestCount;
  const smallestGoesOn = rank <= count - smallestCount;
  if (!smallestGoesOn) return largest;
  return largestGoesOn && largestCount <= smallestCount ? largest : smallest;
};
