/** Exact integer scores of a query (D) and keys (keys, D): (keys). */
export function integerScores(query: Int16Array, keys: Int16Array): Float64Array {
  const dimension = query.length;
  const scores = new Float64Array(keys.length / dimension);
  for (let key = 0; key < scores.length; key++) {
    let sum = 0;
    const start = key * dimension;
    for (let index = 0; index < dimension; index++) sum += query[index]! * keys[start + index]!;
    scores[key] = sum;
  }
  return scores;
}

/**
 * Exact sums of values (values, D) weighted by their probabilities (values): (D). `rows` are the places of the values that
 * count, by default all.
 */
export function integerWeightedSum(
  probabilities: Int16Array,
  values: Int16Array,
  dimension: number,
  rows?: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(dimension);
  const count = rows?.length ?? probabilities.length;
  for (let place = 0; place < count; place++) {
    const row = rows === undefined ? place : rows[place]!;
    const probability = probabilities[row]!;
    const start = row * dimension;
    for (let index = 0; index < dimension; index++) sums[index]! += probability * values[start + index]!;
  }
  return sums;
}

/** Integer sums times a factor as codes of `bits` bits: rounded, and held at the largest code. */
export function narrowSums(sums: Float64Array, factor: number, bits: number): Int16Array {
  const largest = 2 ** (bits - 1) - 1;
  return Int16Array.from(sums, (sum) => Math.max(-largest, Math.min(largest, Math.round(sum * factor))));
}
