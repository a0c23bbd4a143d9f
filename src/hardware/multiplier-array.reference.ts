/** The lines of an array of `width` multipliers that hold so many rows of D each; what is left of a line is padding. */
function linesOf(rows: Int16Array, dimension: number, rowsPerLine: number, width: number): bigint[][] {
  const rowCount = rows.length / dimension;
  return Array.from({ length: Math.ceil(rowCount / rowsPerLine) }, (_, line) =>
    Array.from({ length: width }, (_, multiplier) => {
      const row = line * rowsPerLine + Math.floor(multiplier / dimension);
      const isPadding = multiplier >= rowsPerLine * dimension || row >= rowCount;
      return isPadding ? 0n : BigInt(rows[row * dimension + (multiplier % dimension)]!);
    }),
  );
}

/** Adds neighbours, level by level, until one is left; an odd one out goes up alone. */
function adderTree(leaves: readonly bigint[]): bigint {
  let level = leaves;
  while (level.length > 1) {
    level = Array.from(
      { length: Math.ceil(level.length / 2) },
      (_, place) => level[2 * place]! + (level[2 * place + 1] ?? 0n),
    );
  }
  return level[0] ?? 0n;
}

/** Q·K on the array itself, line after line, with D-way trees: the scores that leave in each cycle. */
export function queryKeyReference(
  multiplierCount: number,
  softmaxParallelism: number,
  query: Int16Array,
  keys: Int16Array,
): readonly number[][] {
  const dimension = query.length;
  const keyCount = keys.length / dimension;
  const rowsPerLine = Math.min(Math.floor(multiplierCount / dimension), softmaxParallelism);
  return linesOf(keys, dimension, rowsPerLine, multiplierCount).map((line, cycle) => {
    const products = line.map((key, multiplier) => key * BigInt(query[multiplier % dimension]!));
    const rows = Math.min(rowsPerLine, keyCount - cycle * rowsPerLine);
    return Array.from({ length: rows }, (_, row) =>
      Number(adderTree(products.slice(row * dimension, (row + 1) * dimension))),
    );
  });
}

/** prob·V on the array itself: the accumulators (D) after each cycle. */
export function probabilityValueReference(
  multiplierCount: number,
  probabilities: Int16Array,
  values: Int16Array,
  dimension: number,
): readonly number[][] {
  const rowsPerLine = Math.floor(multiplierCount / dimension);
  const sums = new Array<bigint>(dimension).fill(0n);
  return linesOf(values, dimension, rowsPerLine, multiplierCount).map((line, cycle) => {
    for (const index of sums.keys()) {
      const ways = Array.from({ length: rowsPerLine }, (_, way) => {
        const probability = probabilities[cycle * rowsPerLine + way] ?? 0;
        return line[way * dimension + index]! * BigInt(probability);
      });
      sums[index]! += adderTree(ways);
    }
    return sums.map(Number);
  });
}
