import type { LabelledVector } from "./nearest-centroid.ts";
import { dotProduct } from "./unit-vectors.ts";

/** Neighbours that vote, where nobody says otherwise. */
export const NEIGHBOUR_COUNT = 10;

/** A neighbour's class and its cosine to the query. */
export interface Neighbour {
  readonly label: string;
  readonly cosine: number;
}

/** Class of most of the nearest vectors; a tie goes to the larger sum of cosines, then to the class seen nearest. */
export function nearestNeighbours(
  query: ArrayLike<number>,
  vectors: readonly LabelledVector[],
  neighbourCount = NEIGHBOUR_COUNT,
): string {
  const nearest: Neighbour[] = [];
  for (const { vector, label } of vectors) {
    const cosine = dotProduct(query, vector);
    if (nearest.length === neighbourCount && cosine <= nearest.at(-1)!.cosine) continue;
    let place = nearest.length;
    while (place > 0 && nearest[place - 1]!.cosine < cosine) place--;
    nearest.splice(place, 0, { label, cosine });
    if (nearest.length > neighbourCount) nearest.pop();
  }
  return majorityOf(nearest);
}

/** The class with most votes; a tie goes to the larger sum of cosines, then to the class that stands first. */
export function majorityOf(neighbours: readonly Neighbour[]): string {
  const votes = new Map<string, { count: number; cosines: number }>();
  for (const { label, cosine } of neighbours) {
    const { count, cosines } = votes.get(label) ?? { count: 0, cosines: 0 };
    votes.set(label, { count: count + 1, cosines: cosines + cosine });
  }
  let best = { label: "", count: 0, cosines: 0 };
  for (const [label, { count, cosines }] of votes) {
    if (count > best.count || (count === best.count && cosines > best.cosines)) {
      best = { label, count, cosines };
    }
  }
  return best.label;
}
