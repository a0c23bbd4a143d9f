import type { SortedColumn } from "./column-sorter.ts";

/** How long a candidate search goes on, and what it leaves out. */
export interface CandidateSearchOptions {
  /** M of the paper: pops of the largest and of the smallest product. */
  readonly iterationCount: number;
  /** Whether the smallest product is not popped while the sum of all that was added is below 0. */
  readonly skipsNegativePops: boolean;
}

/** Partial scores of the rows, and what the search did. */
export interface CandidateSearch {
  /** (rows), in products of codes. */
  readonly partialScores: Float64Array;
  readonly positivePopCount: number;
  readonly negativePopCount: number;
  /** Smallest products left where they were, since the sum was below 0. */
  readonly skippedPopCount: number;
}

/** The products of every column that are next in one direction: the head of each, and how far it was walked. */
interface ProductQueue {
  readonly products: Float64Array;
  readonly walked: Int32Array;
  /** +1 finds the largest product, -1 the smallest. */
  readonly direction: 1 | -1;
}

/**
 * The greedy candidate search of A3 (HPCA 2020): two pointers a column walk from the largest and from the smallest product
 * of query and key; each iteration pops the best positive and the best negative product of all columns and adds it to
 * the partial score of its row. Equal products: the first column. `query` (columns), `sortedColumns` (columns).
 */
export function searchCandidates(
  query: Int32Array,
  sortedColumns: readonly SortedColumn[],
  { iterationCount, skipsNegativePops }: CandidateSearchOptions,
): CandidateSearch {
  const rowCount = sortedColumns[0]?.rows.length ?? 0;
  const partialScores = new Float64Array(rowCount);
  const largest = createQueue(query, sortedColumns, 1);
  const smallest = createQueue(query, sortedColumns, -1);
  let [positivePopCount, negativePopCount, skippedPopCount, sum] = [0, 0, 0, 0];
  const pop = (queue: ProductQueue): boolean => {
    const column = bestColumn(queue);
    const product = queue.products[column] ?? 0;
    // What is left beyond this one is 0 or of the other sign: the other queue's.
    if (product * queue.direction <= 0) return false;
    const { rows } = sortedColumns[column]!;
    partialScores[rows[placeOf(query[column]!, queue, column, rowCount)]!]! += product;
    sum += product;
    queue.walked[column]!++;
    queue.products[column] = headProduct(query, sortedColumns, queue, column);
    return true;
  };
  for (let iteration = 0; iteration < iterationCount; iteration++) {
    if (pop(largest)) positivePopCount++;
    if (skipsNegativePops && sum < 0) skippedPopCount++;
    else if (pop(smallest)) negativePopCount++;
  }
  return { partialScores, positivePopCount, negativePopCount, skippedPopCount };
}

function createQueue(
  query: Int32Array,
  sortedColumns: readonly SortedColumn[],
  direction: ProductQueue["direction"],
): ProductQueue {
  const queue: ProductQueue = {
    products: new Float64Array(query.length),
    walked: new Int32Array(query.length),
    direction,
  };
  for (let column = 0; column < query.length; column++) {
    queue.products[column] = headProduct(query, sortedColumns, queue, column);
  }
  return queue;
}

/** Where the pointer of a column stands: from the largest key where a positive query looks for the largest product. */
function placeOf(queryCode: number, { walked, direction }: ProductQueue, column: number, rowCount: number) {
  const steps = walked[column]!;
  return queryCode * direction > 0 ? rowCount - 1 - steps : steps;
}

/** The product at a column's pointer; 0 behind its last row. */
function headProduct(
  query: Int32Array,
  sortedColumns: readonly SortedColumn[],
  queue: ProductQueue,
  column: number,
): number {
  const { codes } = sortedColumns[column]!;
  if (queue.walked[column]! >= codes.length) return 0;
  const code = query[column]!;
  return code * codes[placeOf(code, queue, column, codes.length)]!;
}

function bestColumn({ products, direction }: ProductQueue): number {
  let best = 0;
  for (let column = 1; column < products.length; column++) {
    if (products[column]! * direction > products[best]! * direction) best = column;
  }
  return best;
}
