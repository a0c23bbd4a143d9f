import { SpattenError } from "../../base/errors.ts";

export type CacheNumbers = Float32Array | Int16Array;

/** `values`: float32; `codes`: 16 bits with a scale for each row. */
export type CacheForm = "values" | "codes";

/** Keys and values of a layer: (heads, capacity, dimension), and the scales of their codes: (heads, capacity). */
export interface LayerNumbers {
  readonly capacity: number;
  readonly keys: CacheNumbers;
  readonly values: CacheNumbers;
  /** Value of code 1 of each row; absent where the numbers are values. */
  readonly keyScales: Float64Array | undefined;
  readonly valueScales: Float64Array | undefined;
}

/** What all heads of a layer store, in one piece, so that an engine can be lent it without a copy. */
export interface LayerStore {
  readonly headCount: number;
  readonly dimension: number;
  /** @throws SpattenError `usage` while the numbers are on loan. */
  numbers(): LayerNumbers;
  /** Room for so many rows of each head. */
  reserve(rowCount: number): void;
  /** Says how many rows a head has, its first ones. */
  use(head: number, rowCount: number): void;
  /** Lets go of room that no head needs any more. */
  trim(): void;
  /** Gives the numbers away until `takeBack`. */
  lend(): LayerNumbers;
  takeBack(numbers: Pick<LayerNumbers, "keys" | "values">): void;
  /** Bytes of all buffers. */
  allocatedBytes(): number;
}

/** Rows by which a store grows at least, and what it may hold beyond its rows once it was trimmed. */
const SLACK_ROWS = 32;

/** An empty store. */
export function createLayerStore(headCount: number, dimension: number, form: CacheForm): LayerStore {
  const room = (rows: number): CacheNumbers => {
    const count = headCount * rows * dimension;
    return form === "values" ? new Float32Array(count) : new Int16Array(count);
  };
  const scales = (rows: number) => (form === "values" ? undefined : new Float64Array(headCount * rows));
  const emptyOf = (capacity: number): LayerNumbers => ({
    ...{ capacity, keys: room(capacity), values: room(capacity) },
    ...{ keyScales: scales(capacity), valueScales: scales(capacity) },
  });
  const rowCounts = new Int32Array(headCount);
  let stored = emptyOf(0);
  let isLent = false;

  function numbers(): LayerNumbers {
    if (!isLent) return stored;
    throw new SpattenError("usage", "a cache is read while an engine works on it, or was lost with one", {
      hint: "wait for one pass of a sequence before the next; begin a new sequence after a failed engine",
    });
  }

  function resize(capacity: number): void {
    const old = numbers();
    const next = emptyOf(capacity);
    for (let head = 0; head < headCount; head++) {
      const count = rowCounts[head]!;
      const copy = (from: CacheNumbers | Float64Array, to: CacheNumbers | Float64Array, width: number) => {
        const start = head * old.capacity * width;
        to.set(from.subarray(start, start + count * width), head * capacity * width);
      };
      copy(old.keys, next.keys, dimension);
      copy(old.values, next.values, dimension);
      if (old.keyScales !== undefined) copy(old.keyScales, next.keyScales!, 1);
      if (old.valueScales !== undefined) copy(old.valueScales, next.valueScales!, 1);
    }
    stored = next;
  }

  return {
    headCount,
    dimension,
    numbers,
    reserve: (rowCount) => {
      const { capacity } = numbers();
      // A graph multiplies room as well as rows, so there is little of it.
      if (rowCount > capacity) resize(Math.max(rowCount, capacity + (capacity >> 4)) + SLACK_ROWS);
    },
    use: (head, rowCount) => {
      rowCounts[head] = rowCount;
    },
    trim: () => {
      const most = Math.max(...rowCounts);
      if (numbers().capacity - most > 2 * SLACK_ROWS) resize(most + SLACK_ROWS);
    },
    lend: () => {
      const lent = numbers();
      isLent = true;
      return lent;
    },
    takeBack: ({ keys, values }) => {
      stored = { ...stored, keys, values };
      isLent = false;
    },
    allocatedBytes: () => {
      const { keys, values, keyScales, valueScales } = stored;
      return [keys, values, keyScales, valueScales].reduce((sum, part) => sum + (part?.byteLength ?? 0), 0);
    },
  };
}
