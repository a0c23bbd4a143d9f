import { SpattenError } from "../base/errors.ts";
import { requireComparable, requireInteger, requireLength } from "../base/require.ts";
import { topKIndices } from "./top-k.ts";

/** Positions at either end of the sentence that always stay. */
export interface ProtectedPositions {
  readonly firstCount: number;
  readonly lastCount: number;
}

/**
 * The surviving tokens that a layer hands on: the protected ones, which count among `keepCount` and stay even where
 * there are more of them, and the highest scores of the others.
 *
 * `scores` and `positions` (survivors), the latter ascending original positions; returns ascending indices into
 * `scores`. SpAtten section III-A, Algorithm 2; the paper protects nothing.
 * @throws SpattenError `input` for a NaN score, a keepCount above the survivors, or positions that do not ascend.
 */
export function selectTokens(
  scores: ArrayLike<number>,
  positions: ArrayLike<number>,
  keepCount: number,
  protect: ProtectedPositions,
  originalLength: number,
): Int32Array {
  requireInteger(originalLength, "original length");
  requireInteger(protect.firstCount, "protected first count");
  requireInteger(protect.lastCount, "protected last count");
  requireLength(positions.length, scores.length, "positions");
  requireInteger(keepCount, "keep count", 0, scores.length);
  requireComparable(scores, "score");
  requireAscending(positions, originalLength);
  const firstOpen = protect.firstCount;
  const lastStart = originalLength - protect.lastCount;
  const openIndices: number[] = [];
  const openScores: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    if (positions[index]! < firstOpen || positions[index]! >= lastStart) continue;
    openIndices.push(index);
    openScores.push(scores[index]!);
  }
  const protectedCount = scores.length - openIndices.length;
  const stays = new Uint8Array(scores.length).fill(1);
  for (const index of openIndices) stays[index] = 0;
  const openKeepCount = Math.max(0, keepCount - protectedCount);
  for (const open of topKIndices(openScores, openKeepCount)) stays[openIndices[open]!] = 1;
  const kept = new Int32Array(protectedCount + openKeepCount);
  let keptCount = 0;
  for (let index = 0; index < stays.length; index++) if (stays[index] === 1) kept[keptCount++] = index;
  return kept;
}

/**
 * The surviving heads that a layer hands on: ascending indices into `importance` (heads) of the `keepCount` largest.
 *
 * SpAtten section III-B, Algorithm 2. @throws SpattenError `input` as `topKIndices` does.
 */
export function selectHeads(importance: ArrayLike<number>, keepCount: number): Int32Array {
  return topKIndices(importance, keepCount);
}

/**
 * The named rows of a matrix, in the order given: how a token really leaves a computation.
 *
 * `matrix` (all rows, columns); returns (rows, columns). @throws SpattenError `input` for a row that is not there.
 */
export function gatherRows(matrix: Float32Array, columns: number, rows: ArrayLike<number>): Float32Array {
  requireInteger(columns, "columns", 1);
  const rowCount = Math.floor(matrix.length / columns);
  requireLength(matrix.length, rowCount * columns, "matrix");
  const gathered = new Float32Array(rows.length * columns);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    requireInteger(row, "row", 0, rowCount - 1);
    gathered.set(matrix.subarray(row * columns, (row + 1) * columns), index * columns);
  }
  return gathered;
}

/** The named elements of `values`, in the order given. @throws SpattenError `input` for one that is not there. */
export function gather(values: Float64Array, indices: ArrayLike<number>): Float64Array {
  const gathered = new Float64Array(indices.length);
  for (let index = 0; index < indices.length; index++) {
    const from = indices[index]!;
    requireInteger(from, "index", 0, values.length - 1);
    gathered[index] = values[from]!;
  }
  return gathered;
}

function requireAscending(positions: ArrayLike<number>, originalLength: number): void {
  let previous = -1;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index]!;
    if (!(position > previous && position < originalLength)) {
      throw new SpattenError("input", "positions must ascend within the sentence", {
        where: `position ${index}`,
        got: String(position),
        expected: `from ${previous + 1} to ${originalLength - 1}`,
      });
    }
    previous = position;
  }
}
