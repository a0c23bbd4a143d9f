/** One column of K, smallest key first; equal keys in the order of their rows. */
export interface SortedColumn {
  /** Key codes, (rows), ascending. */
  readonly codes: Int32Array;
  /** The row that each came from, (rows). */
  readonly rows: Int32Array;
}

/** A sorted column, and what it took. */
export interface SortedColumnRun extends SortedColumn {
  /** Passes over the whole column; the first merges single rows. */
  readonly passCount: number;
  readonly comparisonCount: number;
}

/** Passes of a merge sort of so many rows. */
export function sortPassCount(rowCount: number): number {
  return rowCount <= 1 ? 0 : Math.ceil(Math.log2(rowCount));
}

/** Cycles of sorting `columnCount` columns on so many sorters, each merging one row a cycle: passes × rows a column. */
export function sortCycles(rowCount: number, columnCount: number, sorterCount: number): number {
  return Math.ceil(columnCount / sorterCount) * sortPassCount(rowCount) * rowCount;
}

/**
 * The key column sorter of A3 (HPCA 2020), its preprocessing: the paper's circuit is not known here, so it is a merge
 * sort, one row a cycle (an assumption). `column` (rows); returns codes and rows, both (rows).
 */
export function sortColumn(column: Int32Array): SortedColumnRun {
  const rowCount = column.length;
  let from = Int32Array.from({ length: rowCount }, (_, row) => row);
  let into = new Int32Array(rowCount);
  let [passCount, comparisonCount] = [0, 0];
  for (let run = 1; run < rowCount; run *= 2) {
    for (let start = 0; start < rowCount; start += 2 * run) {
      const middle = Math.min(start + run, rowCount);
      const end = Math.min(start + 2 * run, rowCount);
      let [left, right] = [start, middle];
      for (let place = start; place < end; place++) {
        let takesLeft = left < middle;
        if (takesLeft && right < end) {
          comparisonCount++;
          takesLeft = column[from[left]!]! <= column[from[right]!]!;
        }
        into[place] = from[takesLeft ? left++ : right++]!;
      }
    }
    [from, into] = [into, from];
    passCount++;
  }
  return { codes: Int32Array.from(from, (row) => column[row]!), rows: from, passCount, comparisonCount };
}
