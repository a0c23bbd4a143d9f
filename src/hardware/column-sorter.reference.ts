import type { SortedColumn } from "./column-sorter.ts";

/** The column in order, equal keys by row: the library's stable sort. */
export function sortColumnReference(column: Int32Array): SortedColumn {
  const pairs = Array.from(column, (code, row) => ({ code, row }));
  pairs.sort((left, right) => left.code - right.code);
  return {
    codes: Int32Array.from(pairs, ({ code }) => code),
    rows: Int32Array.from(pairs, ({ row }) => row),
  };
}
