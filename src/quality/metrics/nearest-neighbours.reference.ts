import type { LabelledVector } from "./nearest-centroid.ts";
import { majorityOf } from "./nearest-neighbours.ts";
import { dotProduct } from "./unit-vectors.ts";

/** The same vote after sorting every vector by its cosine. */
export function nearestNeighboursBySorting(
  query: ArrayLike<number>,
  vectors: readonly LabelledVector[],
  neighbourCount: number,
): string {
  const sorted = vectors
    .map(({ vector, label }) => ({ label, cosine: dotProduct(query, vector) }))
    .sort((left, right) => right.cosine - left.cosine);
  return majorityOf(sorted.slice(0, neighbourCount));
}
