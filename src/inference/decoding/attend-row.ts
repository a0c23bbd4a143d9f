import { requireComparable } from "../../base/require.ts";
import { keptValues } from "../../pruning/local-value.ts";
import type { CacheNumbers } from "./layer-store.ts";

/** One query of one head, and the rows of its cache that it looks at. */
export interface RowAttention {
  /** (dimension), not scaled. */
  readonly query: Float32Array;
  readonly dimension: number;
  /** Where the rows lie, in the order of their positions. */
  readonly rows: Int32Array;
  /** (slots of the cache, dimension): values, or codes with a scale for each row. */
  readonly keys: CacheNumbers;
  readonly values: CacheNumbers;
  readonly keyScales: Float64Array | undefined;
  readonly valueScales: Float64Array | undefined;
  /** Values that are multiplied: the largest probabilities (SpAtten, section III-C). */
  readonly valueCount: number;
  /** Keys whose low bits are fetched where the probabilities are flat (SpAtten, section III-D). */
  readonly progressive: { readonly lowBits: number; readonly threshold: number } | undefined;
}

export interface AttendedRow {
  /** (rows), before local value pruning. */
  readonly probabilities: Float64Array;
  /** (dimension) */
  readonly output: Float64Array;
  /** With the high bits alone where the keys are progressive. */
  readonly maximumProbability: number;
  readonly refetched: boolean;
  /** Indices into `rows` of the values that were multiplied; absent where those are all. */
  readonly kept: Int32Array | undefined;
}

/**
 * One query against the rows of a cache (SpAtten, Algorithm 1): float64 sums. Twin: `attendRowPlainly`.
 * @throws SpattenError `input` for a score that is no number.
 */
export function attendRow(work: RowAttention): AttendedRow {
  const { rows, dimension, progressive } = work;
  const scores = new Float64Array(rows.length);
  if (work.keyScales === undefined) scoreValues(work, work.keys as Float32Array, scores);
  else scoreCodes(work, progressive === undefined ? -1 : -1 << progressive.lowBits, scores);
  const maximumProbability = softmaxInPlace(scores);
  const refetched = progressive !== undefined && maximumProbability < progressive.threshold;
  if (refetched) {
    scoreCodes(work, -1, scores);
    softmaxInPlace(scores);
  }
  // A score that is no number makes all of them none.
  if (Number.isNaN(maximumProbability)) requireComparable(scores, "probability");
  const output = new Float64Array(dimension);
  const isWhole = work.valueCount >= rows.length;
  const kept = isWhole ? undefined : keptValues(scores, work.valueCount);
  if (work.valueScales === undefined) addValues(work, work.values as Float32Array, scores, kept, output);
  else addCodes(work, scores, kept, output);
  return { probabilities: scores, output, maximumProbability, refetched, kept };
}

/** q · Kᵀ / √dimension; four sums side by side, so that none waits for another. */
function scoreValues(
  { query, dimension, rows }: RowAttention,
  keys: Float32Array,
  scores: Float64Array,
): void {
  const factor = 1 / Math.sqrt(dimension);
  const fours = dimension & ~3;
  for (let index = 0; index < rows.length; index++) {
    const start = rows[index]! * dimension;
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let d = 0; d < fours; d += 4) {
      first += query[d]! * keys[start + d]!;
      second += query[d + 1]! * keys[start + d + 1]!;
      third += query[d + 2]! * keys[start + d + 2]!;
      fourth += query[d + 3]! * keys[start + d + 3]!;
    }
    for (let d = fours; d < dimension; d++) first += query[d]! * keys[start + d]!;
    scores[index] = (first + second + (third + fourth)) * factor;
  }
}

/** The same over codes, of which `mask` leaves the bits that were fetched. */
function scoreCodes(
  { query, dimension, rows, keys, keyScales }: RowAttention,
  mask: number,
  scores: Float64Array,
): void {
  const factor = 1 / Math.sqrt(dimension);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const start = row * dimension;
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += query[d]! * (keys[start + d]! & mask);
    scores[index] = sum * keyScales![row]! * factor;
  }
}

/** Scores to probabilities; the largest of them. */
function softmaxInPlace(scores: Float64Array): number {
  let largest = -Infinity;
  for (let index = 0; index < scores.length; index++) if (scores[index]! > largest) largest = scores[index]!;
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const exponential = Math.exp(scores[index]! - largest);
    scores[index] = exponential;
    sum += exponential;
  }
  for (let index = 0; index < scores.length; index++) scores[index] = scores[index]! / sum;
  return 1 / sum;
}

/** Adds p · V for the kept rows, four at a time. */
function addValues(
  { dimension, rows }: RowAttention,
  values: Float32Array,
  probabilities: Float64Array,
  kept: Int32Array | undefined,
  output: Float64Array,
): void {
  const count = kept?.length ?? rows.length;
  const fours = count & ~3;
  for (let at = 0; at < count; at += at < fours ? 4 : 1) {
    const first = kept === undefined ? at : kept[at]!;
    const a = rows[first]! * dimension;
    const p = probabilities[first]!;
    if (at >= fours) {
      for (let d = 0; d < dimension; d++) output[d]! += p * values[a + d]!;
      continue;
    }
    const second = kept === undefined ? at + 1 : kept[at + 1]!;
    const third = kept === undefined ? at + 2 : kept[at + 2]!;
    const fourth = kept === undefined ? at + 3 : kept[at + 3]!;
    const [b, c, e] = [rows[second]! * dimension, rows[third]! * dimension, rows[fourth]! * dimension];
    const [q, r, s] = [probabilities[second]!, probabilities[third]!, probabilities[fourth]!];
    for (let d = 0; d < dimension; d++) {
      output[d]! += p * values[a + d]! + q * values[b + d]! + (r * values[c + d]! + s * values[e + d]!);
    }
  }
}

function addCodes(
  { dimension, rows, values, valueScales }: RowAttention,
  probabilities: Float64Array,
  kept: Int32Array | undefined,
  output: Float64Array,
): void {
  const count = kept?.length ?? rows.length;
  for (let at = 0; at < count; at++) {
    const index = kept === undefined ? at : kept[at]!;
    const row = rows[index]!;
    const weight = probabilities[index]! * valueScales![row]!;
    for (let d = 0; d < dimension; d++) output[d]! += weight * values[row * dimension + d]!;
  }
}
