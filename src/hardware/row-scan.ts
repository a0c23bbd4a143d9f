/** The rows that a scan lets through, and its cycles. */
export interface RowScan {
  /** Ascending. */
  readonly rows: Int32Array;
  readonly cycles: number;
}

/** Cycles of a scan over so many rows, `widthCount` compared a cycle. */
export function scanCycles(rowCount: number, widthCount: number): number {
  return Math.ceil(rowCount / widthCount);
}

/**
 * A scan of A3 (HPCA 2020) over a register file: `widthCount` rows a cycle meet a comparator each (16 in the paper, as it
 * is remembered). `values` (rows), of which those above `threshold` pass, with `inclusive` also those at it.
 */
export function scanRows(
  values: ArrayLike<number>,
  threshold: number,
  { widthCount, inclusive }: { readonly widthCount: number; readonly inclusive: boolean },
): RowScan {
  const kept: number[] = [];
  let cycles = 0;
  for (let first = 0; first < values.length; first += widthCount) {
    cycles++;
    const end = Math.min(first + widthCount, values.length);
    for (let row = first; row < end; row++) {
      const value = values[row]!;
      if (value > threshold || (inclusive && value === threshold)) kept.push(row);
    }
  }
  return { rows: Int32Array.from(kept), cycles };
}
