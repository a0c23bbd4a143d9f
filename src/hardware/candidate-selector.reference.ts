import type { CandidateSearchOptions } from "./candidate-selector.ts";

/**
 * Partial scores of the greedy search from the list of all products: `query` (D), `keys` (rows, D). The positive ones from
 * the largest, the negative ones from the smallest; equal ones by column, within a column as its pointer walks.
 */
export function searchCandidatesReference(
  query: Int32Array,
  keys: Int32Array,
  { iterationCount, skipsNegativePops }: CandidateSearchOptions,
): Float64Array {
  const dimension = query.length;
  const rowCount = keys.length / dimension;
  const products = Array.from(keys, (key, place) => {
    const [row, column] = [Math.floor(place / dimension), place % dimension];
    return { row, column, product: key * query[column]! };
  });
  const inWalkOrder = (left: { row: number; column: number }, right: { row: number; column: number }) =>
    left.column - right.column || left.row - right.row;
  // A pointer that walks down its column meets equal keys from the last row on, one that walks up from the first.
  const rowOrder = (column: number, walksDown: boolean) => (query[column]! > 0 === walksDown ? -1 : 1);
  const positive = products
    .filter(({ product }) => product > 0)
    .sort(
      (left, right) =>
        right.product - left.product ||
        left.column - right.column ||
        rowOrder(left.column, true) * inWalkOrder(left, right),
    );
  const negative = products
    .filter(({ product }) => product < 0)
    .sort(
      (left, right) =>
        left.product - right.product ||
        left.column - right.column ||
        rowOrder(left.column, false) * inWalkOrder(left, right),
    );
  const partialScores = new Float64Array(rowCount);
  const add = (popped: (typeof products)[number] | undefined): number => {
    if (popped === undefined) return 0;
    partialScores[popped.row]! += popped.product;
    return popped.product;
  };
  let sum = 0;
  for (let iteration = 0; iteration < iterationCount; iteration++) {
    sum += add(positive.shift());
    if (!skipsNegativePops || sum >= 0) sum += add(negative.shift());
  }
  return partialScores;
}
