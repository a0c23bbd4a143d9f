import { SpattenError } from "../../base/errors.ts";

/** Stored keys and values of one key and value head, rows ascending by position. */
export interface HeadCache {
  readonly dimension: number;
  rowCount(): number;
  /** Position in the text of each row: (rows). */
  positions(): Int32Array;
  /** (rows, dimension) of numbers, or of codes with `keyScales`; so are the values. */
  keys(): CacheNumbers;
  values(): CacheNumbers;
  /** Value of code 1 of each row; absent where the numbers are values. */
  keyScales(): Float64Array | undefined;
  valueScales(): Float64Array | undefined;
  append(position: number, key: CacheRow, value: CacheRow): void;
  /** Keeps these rows, ascending, for good; memory shrinks with them. @throws SpattenError `input`. */
  compact(rows: Int32Array): void;
  /** Drops the newest rows but so many. */
  truncate(rowCount: number): void;
  /** Takes the rows of a cache of the same form in place of its own. */
  copyFrom(other: HeadCache): void;
  /** Bytes of all buffers. */
  allocatedBytes(): number;
}

export type CacheNumbers = Float32Array | Int16Array;

/** One row on its way in: (dimension). */
export interface CacheRow {
  readonly numbers: CacheNumbers;
  readonly scale?: number | undefined;
}

/** `values`: float32; `codes`: 16 bits with a scale for each row. */
export type CacheForm = "values" | "codes";

/** Rows by which a cache grows at least, and what it may hold beyond its rows once it was compacted. */
const SLACK_ROWS = 32;

/** A cache of float32 values, or of codes with a scale for each row, that grows as rows are appended. */
export function createHeadCache(dimension: number, form: CacheForm): HeadCache {
  const numbers = (rows: number): CacheNumbers =>
    form === "values" ? new Float32Array(rows * dimension) : new Int16Array(rows * dimension);
  const scales = (rows: number) => (form === "values" ? undefined : new Float64Array(rows));
  let rowCount = 0;
  let capacity = 0;
  let store = emptyStore();

  function emptyStore(rows = 0) {
    return {
      positions: new Int32Array(rows),
      ...{ keys: numbers(rows), values: numbers(rows) },
      ...{ keyScales: scales(rows), valueScales: scales(rows) },
    };
  }

  /** Room for so many rows, the first ones or the named ones taken along. */
  function resize(newCapacity: number, rows?: Int32Array): void {
    const old = store;
    const count = rows?.length ?? rowCount;
    const at = (row: number) => rows?.[row] ?? row;
    store = emptyStore(newCapacity);
    for (let row = 0; row < count; row++) {
      const from = at(row);
      store.positions[row] = old.positions[from]!;
      for (const part of ["keys", "values"] as const) {
        store[part].set(old[part].subarray(from * dimension, (from + 1) * dimension), row * dimension);
      }
      for (const part of ["keyScales", "valueScales"] as const) {
        if (store[part] !== undefined) store[part][row] = old[part]![from]!;
      }
    }
    [capacity, rowCount] = [newCapacity, count];
  }

  /** The named rows moved to the front, in place: runs of neighbours in one go, since one step drops few rows. */
  function moveUp(rows: Int32Array): void {
    const { positions, keys, values, keyScales, valueScales } = store;
    for (let row = 0; row < rows.length; ) {
      const from = rows[row]!;
      let count = 1;
      while (rows[row + count] === from + count) count++;
      if (from !== row) {
        const end = from + count;
        for (const numbers of [keys, values]) {
          numbers.copyWithin(row * dimension, from * dimension, end * dimension);
        }
        for (const perRow of [positions, keyScales, valueScales]) perRow?.copyWithin(row, from, end);
      }
      row += count;
    }
    rowCount = rows.length;
  }

  return {
    dimension,
    rowCount: () => rowCount,
    positions: () => store.positions.subarray(0, rowCount),
    keys: () => store.keys,
    values: () => store.values,
    keyScales: () => store.keyScales,
    valueScales: () => store.valueScales,
    append: (position, key, value) => {
      if (rowCount === capacity) resize(capacity + Math.max(SLACK_ROWS, capacity >> 1));
      store.positions[rowCount] = position;
      store.keys.set(key.numbers, rowCount * dimension);
      store.values.set(value.numbers, rowCount * dimension);
      if (store.keyScales !== undefined) store.keyScales[rowCount] = key.scale!;
      if (store.valueScales !== undefined) store.valueScales[rowCount] = value.scale!;
      rowCount++;
    },
    compact: (rows) => {
      requireRows(rows, rowCount);
      if (rows.length === rowCount) return;
      if (capacity - rows.length > 2 * SLACK_ROWS) resize(rows.length + SLACK_ROWS, rows);
      else moveUp(rows);
    },
    truncate: (count) => {
      rowCount = Math.min(rowCount, count);
    },
    copyFrom: (other) => {
      const count = other.rowCount();
      rowCount = 0;
      resize(count + SLACK_ROWS);
      store.positions.set(other.positions());
      store.keys.set(other.keys().subarray(0, count * dimension));
      store.values.set(other.values().subarray(0, count * dimension));
      store.keyScales?.set(other.keyScales()!.subarray(0, count));
      store.valueScales?.set(other.valueScales()!.subarray(0, count));
      rowCount = count;
    },
    allocatedBytes: () => Object.values(store).reduce((sum, buffer) => sum + (buffer?.byteLength ?? 0), 0),
  };
}

function requireRows(rows: Int32Array, rowCount: number): void {
  let previous = -1;
  for (const row of rows) {
    if (row > previous && row < rowCount) {
      previous = row;
      continue;
    }
    throw new SpattenError("input", "rows to keep must ascend within the cache", {
      got: String(row),
      expected: `from ${previous + 1} to ${rowCount - 1}`,
    });
  }
}
