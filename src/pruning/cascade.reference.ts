import type { ProtectedPositions } from "./cascade.ts";
import { topKIndicesReference } from "./top-k.reference.ts";

/** Tokens that stay: protected scores raised above all others, then a sort. */
export function selectTokensReference(
  scores: readonly number[],
  positions: readonly number[],
  keepCount: number,
  protect: ProtectedPositions,
  originalLength: number,
): number[] {
  const isProtected = positions.map(
    (position) => position < protect.firstCount || position >= originalLength - protect.lastCount,
  );
  const count = Math.max(keepCount, isProtected.filter(Boolean).length);
  // Ranks in place of scores, so that even an infinite score stays below a protected one.
  const sorted = [...scores].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const ranks = scores.map((score, index) => (isProtected[index] ? Infinity : sorted.indexOf(score)));
  return topKIndicesReference(ranks, count);
}

/** Rows of a matrix, element by element. */
export function gatherRowsReference(
  matrix: readonly number[],
  columns: number,
  rows: readonly number[],
): number[] {
  return rows.flatMap((row) => matrix.slice(row * columns, row * columns + columns));
}
