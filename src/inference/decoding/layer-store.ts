import { SpattenError } from "../../base/errors.ts";
import type { LayerEdits, LayerTensors } from "../engines/decoder-kernels.ts";
import { applyEdits, createRowJournal } from "./row-journal.ts";

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

/** One row on its way in: (dimension). */
export interface CacheRow {
  readonly numbers: CacheNumbers;
  readonly scale?: number | undefined;
}

/**
 * What all heads of a layer store, in one piece, so that an engine can be lent it without a copy. An engine may keep it:
 * rows are then written and moved as ever, but not read, and there is no more room for them and no less.
 */
export interface LayerStore {
  readonly headCount: number;
  readonly dimension: number;
  /** @throws SpattenError `usage` while the numbers are away. */
  numbers(): LayerNumbers;
  capacity(): number;
  write(head: number, slot: number, key: CacheRow, value: CacheRow): void;
  move(head: number, from: number, to: number): void;
  /** Room for so many rows of each head. */
  reserve(rowCount: number): void;
  /** Says how many rows a head has, its first ones. */
  use(head: number, rowCount: number): void;
  /** Lets go of room that no head needs any more. */
  trim(): void;
  /** Whether so many rows would leave room to let go of. */
  isTooLargeFor(rowCount: number): boolean;
  /** Gives the numbers away until `takeBack`, or says that those which are kept are under way. */
  lend(): LayerNumbers;
  /** They stay away: what changes until `again` is told by that. */
  keep(): void;
  again(): LayerEdits;
  takeBack(numbers: LayerTensors): void;
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
  const journal = createRowJournal(dimension);
  let stored = emptyOf(0);
  let isTrimmed = false;
  let place: "home" | "lent" | "kept" = "home";

  function numbers(): LayerNumbers {
    if (place === "home") return stored;
    throw numbersAreAway();
  }

  function capacity(): number {
    if (place === "lent") throw numbersAreAway();
    return stored.capacity;
  }

  const isTooLargeFor = (rowCount: number) => stored.capacity - rowCount > 2 * SLACK_ROWS;

  function write(head: number, slot: number, key: CacheRow, value: CacheRow): void {
    const row = head * capacity() + slot;
    if (place === "kept") {
      journal.write(row, key.numbers, value.numbers);
      return;
    }
    stored.keys.set(key.numbers, row * dimension);
    stored.values.set(value.numbers, row * dimension);
    if (stored.keyScales !== undefined) stored.keyScales[row] = key.scale!;
    if (stored.valueScales !== undefined) stored.valueScales[row] = value.scale!;
  }

  function move(head: number, fromSlot: number, toSlot: number): void {
    const first = head * capacity();
    const [from, to] = [first + fromSlot, first + toSlot];
    if (place === "kept") {
      journal.move(from, to);
      return;
    }
    for (const part of [stored.keys, stored.values]) {
      part.copyWithin(to * dimension, from * dimension, (from + 1) * dimension);
    }
    for (const scales of [stored.keyScales, stored.valueScales]) scales?.copyWithin(to, from, from + 1);
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
    ...{ numbers, capacity, write, move, isTooLargeFor },
    reserve: (rowCount) => {
      const room = capacity();
      // A graph multiplies room as well as rows, so there is little of it; where rows leave, there is no more to come soon.
      const growth = isTrimmed ? 0 : room >> 4;
      if (rowCount > room) resize(Math.max(rowCount, room + growth) + SLACK_ROWS);
    },
    use: (head, rowCount) => {
      rowCounts[head] = rowCount;
    },
    trim: () => {
      const most = Math.max(...rowCounts);
      if (place === "kept" || !isTooLargeFor(most)) return;
      isTrimmed = true;
      resize(most + SLACK_ROWS);
    },
    lend: () => {
      capacity();
      place = "lent";
      return stored;
    },
    keep: () => {
      place = "kept";
    },
    again: () => {
      capacity();
      place = "lent";
      return journal.take();
    },
    takeBack: ({ keys, values }) => {
      stored = { ...stored, keys, values };
      place = "home";
      applyEdits(journal.take(), dimension, { keys, values });
    },
    allocatedBytes: () => {
      const bytesPerRow = form === "values" ? 2 * 4 * dimension : 2 * (2 * dimension + 8);
      return headCount * stored.capacity * bytesPerRow;
    },
  };
}

function numbersAreAway(): SpattenError {
  return new SpattenError("usage", "a cache is read while an engine works on it, or was lost with one", {
    hint: "wait for one pass of a sequence before the next; begin a new sequence after a failed engine",
  });
}
