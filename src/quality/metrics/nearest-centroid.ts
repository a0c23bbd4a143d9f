import { dotProduct, toUnitLength } from "./unit-vectors.ts";

/** A vector with the class that people gave it; vectors are of unit length. */
export interface LabelledVector {
  readonly vector: ArrayLike<number>;
  readonly label: string;
}

/** A class and the direction of the mean of its vectors. */
export interface Centroid {
  readonly label: string;
  readonly vector: Float64Array;
}

/** Mean of the vectors of each class, brought to unit length; classes in the order of their sorted names. */
export function centroidsOf(vectors: readonly LabelledVector[]): readonly Centroid[] {
  const sums = new Map<string, Float64Array>();
  for (const { vector, label } of vectors) {
    const sum = sums.get(label) ?? new Float64Array(vector.length);
    for (let place = 0; place < vector.length; place++) sum[place]! += vector[place]!;
    sums.set(label, sum);
  }
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([label, sum]) => ({ label, vector: toUnitLength(sum) }));
}

/** Class of the centroid with the largest cosine; a tie goes to the first. */
export function nearestCentroid(vector: ArrayLike<number>, centroids: readonly Centroid[]): string {
  let best = { label: "", cosine: Number.NEGATIVE_INFINITY };
  for (const centroid of centroids) {
    const cosine = dotProduct(vector, centroid.vector);
    if (cosine > best.cosine) best = { label: centroid.label, cosine };
  }
  return best.label;
}
