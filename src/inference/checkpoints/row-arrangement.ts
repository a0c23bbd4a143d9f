import { SpattenError } from "../../base/errors.ts";

/** Puts rows of a stored matrix, from `firstRow` on, where another layout wants them. */
export type RowArrangement = (rows: Float32Array, firstRow: number, target: Float32Array) => void;

/** A matrix of so many rows, columns and rows interchanged. */
export function transposed(rowCount: number, columnCount: number): RowArrangement {
  return (rows, firstRow, target) => {
    const count = rows.length / columnCount;
    for (let column = 0; column < columnCount; column++) {
      const base = column * rowCount + firstRow;
      for (let row = 0; row < count; row++) target[base + row] = rows[row * columnCount + column]!;
    }
  };
}

/**
 * Rows of queries or keys, stored so that rotary embedding turns adjacent pairs (2i, 2i+1) of each head, in the order
 * of Hugging Face, where it turns i and i + half. A bias has rows of one number.
 * @throws SpattenError `checkpoint` where the rows are no even number for each head.
 */
export function halvesFromPairs(shape: readonly number[], headCount: number, where: string): RowArrangement {
  const [rowCount = 0, columnCount = 1] = shape;
  const headRows = rowCount / headCount;
  if (!Number.isInteger(headRows / 2)) {
    throw new SpattenError("checkpoint", "the rows are not pairs for each head", {
      where,
      got: `${rowCount} rows for ${headCount} heads`,
      expected: "an even number of rows a head",
    });
  }
  return (rows, firstRow, target) => {
    for (let row = 0; row * columnCount < rows.length; row++) {
      const stored = firstRow + row;
      const within = stored % headRows;
      const placed = stored - within + (within % 2) * (headRows / 2) + Math.floor(within / 2);
      target.set(rows.subarray(row * columnCount, (row + 1) * columnCount), placed * columnCount);
    }
  };
}
