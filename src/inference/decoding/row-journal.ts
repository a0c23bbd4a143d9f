import type { LayerEdits } from "../engines/decoder-kernels.ts";

/** What becomes of rows that are elsewhere, in order. */
export interface RowJournal {
  /** Row `to` becomes these numbers, which are copied. */
  write(to: number, key: ArrayLike<number>, value: ArrayLike<number>): void;
  move(from: number, to: number): void;
  /** What was noted since the last time. */
  take(): LayerEdits;
}

/** A journal of rows (dimension). */
export function createRowJournal(dimension: number): RowJournal {
  let to: number[] = [];
  let from: number[] = [];
  let newCount = 0;
  let [keys, values] = [new Float32Array(0), new Float32Array(0)];
  const grown = (rows: Float32Array) => {
    const longer = new Float32Array(2 * rows.length + 16 * dimension);
    longer.set(rows);
    return longer;
  };
  return {
    write: (row, key, value) => {
      const start = newCount * dimension;
      if (start === keys.length) [keys, values] = [grown(keys), grown(values)];
      keys.set(key, start);
      values.set(value, start);
      newCount++;
      to.push(row);
      from.push(-newCount);
    },
    move: (source, target) => {
      to.push(target);
      from.push(source);
    },
    take: () => {
      const used = newCount * dimension;
      const taken = {
        ...{ to: Int32Array.from(to), from: Int32Array.from(from) },
        ...{ keys: keys.slice(0, used), values: values.slice(0, used) },
      };
      [to, from, newCount] = [[], [], 0];
      return taken;
    },
  };
}

/** Does to rows (rows, dimension) what a journal tells. */
export function applyEdits(
  { to, from, keys, values }: LayerEdits,
  dimension: number,
  stored: { readonly keys: Float32Array; readonly values: Float32Array },
): void {
  for (const [rows, added] of [
    [stored.keys, keys],
    [stored.values, values],
  ] as const) {
    for (let at = 0; at < to.length; at++) {
      const [start, source] = [to[at]! * dimension, from[at]! * dimension];
      if (source >= 0) rows.copyWithin(start, source, source + dimension);
      else rows.set(added.subarray(-source - dimension, -source), start);
    }
  }
}
