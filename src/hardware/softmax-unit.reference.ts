import { softmaxReference } from "../pruning/softmax.reference.ts";

/** Probabilities of a query's integer scores in float64, by `Math.exp`. */
export function probabilitiesReference(scores: ArrayLike<number>, scoreScale: number): readonly number[] {
  return softmaxReference(Array.from(scores, (score) => score * scoreScale));
}
