import type { Random } from "../base/random.ts";
import { requireComparable, requireInteger } from "../base/require.ts";
import type { TopKThreshold } from "./top-k.ts";

/** What the top-k engine finds, and what it streamed to find it. */
export interface QuickSelection extends TopKThreshold {
  /** Elements streamed past the comparators in each pass; the filtering of the buffered input afterwards is not one. */
  readonly passes: number[];
}

/**
 * The k-th largest of `values` (n) as the top-k engine finds it: each pass streams one FIFO against a random pivot,
 * the smaller elements to the left FIFO and the larger ones to the right. SpAtten Algorithm 3, Fig. 9.
 *
 * The printed tests, `|R| + equals <= target` and `|R| > target`, stop one element too low and run out of elements at
 * k = n; with a target counted from 1 they are `|R| + equals < target` and `|R| >= target`, and give Fig. 9.
 * @throws SpattenError `input` for a NaN (with its index) or a k that is not a whole number from 0 to n.
 */
export function quickSelectTopK(values: ArrayLike<number>, k: number, random: Random): QuickSelection {
  requireInteger(k, "k", 0, values.length);
  requireComparable(values, "value");
  const passes: number[] = [];
  if (k === 0) return { threshold: Infinity, equalCount: 0, passes };
  let left: number[] = Array.from(values);
  let right: number[] = [];
  let target = k;
  let equals = 0;
  let pivot = Infinity;
  for (;;) {
    let selected: number[];
    if (right.length + equals < target) {
      // The pivot was too large: all that is not below it stays, and the rest is looked for on the left.
      target -= right.length + equals;
      selected = left;
    } else if (right.length >= target) {
      selected = right;
    } else {
      return { threshold: pivot + 0, equalCount: target - right.length, passes };
    }
    pivot = selected[random.integer(selected.length)]!;
    passes.push(selected.length);
    left = [];
    right = [];
    equals = 0;
    for (const value of selected) {
      if (value < pivot) left.push(value);
      else if (value > pivot) right.push(value);
      else equals++;
    }
  }
}
