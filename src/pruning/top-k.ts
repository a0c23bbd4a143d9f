import { createRandom } from "../base/random.ts";
import { notANumber, requireInteger } from "../base/require.ts";

/** What separates the k largest from the rest. */
export interface TopKThreshold {
  /** The k-th largest value; Infinity when k is 0. */
  readonly threshold: number;
  /** How many of the elements equal to it belong to the k largest, the first ones in input order. */
  readonly equalCount: number;
}

/** Fixed, so that equal inputs take equal time; the answer does not depend on it. */
const PIVOT_SEED = 0x5a77e2;

/**
 * The k-th largest of `values` (n) and how many of its equals are kept; expected O(n), 0 and -0 are equal.
 *
 * SpAtten Algorithm 3 answers the same question in hardware: see `quickSelectTopK`.
 * @throws SpattenError `input` for a NaN (with its index) or a k that is not a whole number from 0 to n.
 */
export function topKThreshold(values: ArrayLike<number>, k: number): TopKThreshold {
  requireInteger(k, "k", 0, values.length);
  const work = copyComparable(values);
  if (k === 0) return { threshold: Infinity, equalCount: 0 };
  const threshold = selectDescending(work, k - 1);
  let largerCount = 0;
  for (let index = 0; index < values.length; index++) if (values[index]! > threshold) largerCount++;
  return { threshold, equalCount: k - largerCount };
}

/**
 * Positions of the k largest of `values` (n), ascending, so that the order of what stays is the order of the input;
 * among equals the first in input order stay (SpAtten Algorithm 3, last step).
 *
 * @returns (k). @throws SpattenError `input` as `topKThreshold` does.
 */
export function topKIndices(values: ArrayLike<number>, k: number): Int32Array {
  const { threshold, equalCount } = topKThreshold(values, k);
  const kept = new Int32Array(k);
  let keptCount = 0;
  let equalLeft = equalCount;
  for (let index = 0; keptCount < k; index++) {
    const value = values[index]!;
    if (value > threshold) kept[keptCount++] = index;
    else if (value === threshold && equalLeft > 0) {
      kept[keptCount++] = index;
      equalLeft--;
    }
  }
  return kept;
}

function copyComparable(values: ArrayLike<number>): Float64Array {
  const copy = new Float64Array(values.length);
  for (let index = 0; index < copy.length; index++) {
    // -0 becomes 0, so that the reported threshold does not depend on which of the two was met.
    const value = values[index]! + 0;
    if (Number.isNaN(value)) throw notANumber(index, "value");
    copy[index] = value;
  }
  return copy;
}

/** The value at `rank` of the descending order; reorders `work`. */
function selectDescending(work: Float64Array, rank: number): number {
  const random = createRandom(PIVOT_SEED);
  let first = 0;
  let last = work.length - 1;
  while (first < last) {
    const span = last - first + 1;
    const pivot = median(
      work[first + random.integer(span)]!,
      work[first + random.integer(span)]!,
      work[first + random.integer(span)]!,
    );
    // Three parts, so that many equal values end the search instead of slowing it.
    let largerEnd = first;
    let smallerStart = last + 1;
    let index = first;
    while (index < smallerStart) {
      const value = work[index]!;
      if (value > pivot) {
        work[index++] = work[largerEnd]!;
        work[largerEnd++] = value;
      } else if (value < pivot) {
        work[index] = work[--smallerStart]!;
        work[smallerStart] = value;
      } else index++;
    }
    if (rank < largerEnd) last = largerEnd - 1;
    else if (rank >= smallerStart) first = smallerStart;
    else return pivot;
  }
  return work[first]!;
}

function median(left: number, middle: number, right: number): number {
  return Math.max(Math.min(left, middle), Math.min(Math.max(left, middle), right));
}
