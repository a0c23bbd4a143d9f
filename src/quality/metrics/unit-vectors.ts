/** Sum of the products of two vectors of one length: the cosine, where both are of unit length. */
export function dotProduct(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let place = 0; place < left.length; place++) sum += left[place]! * right[place]!;
  return sum;
}

/** The vector brought to unit length; a vector of zeros stays. */
export function toUnitLength(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dotProduct(vector, vector));
  return length === 0 ? vector.slice() : vector.map((value) => value / length);
}
