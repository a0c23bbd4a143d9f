/** Wires of a comparator. */
type Comparator = readonly [first: number, second: number];

/** Batcher's odd-even merge sort as he printed it, by recursion: all comparators for n = 2^p, in an order that sorts. */
export function oddEvenMergeSortReference(n: number): readonly Comparator[] {
  const sort = (start: number, length: number): Comparator[] => {
    if (length === 1) return [];
    const half = length / 2;
    return [...sort(start, half), ...sort(start + half, half), ...merge(start, length, 1)];
  };
  /** Merges the elements start, start + step, … of two sorted halves. */
  const merge = (start: number, length: number, step: number): Comparator[] => {
    const double = 2 * step;
    if (double >= length) return [[start, start + step]];
    const between: Comparator[] = [];
    for (let wire = start + step; wire + step < start + length; wire += double)
      between.push([wire, wire + step]);
    return [...merge(start, length, double), ...merge(start + step, length, double), ...between];
  };
  return sort(0, n);
}
