import { SpattenError } from "../../base/errors.ts";
import type { CacheNumbers, CacheRow, LayerStore } from "./layer-store.ts";

/** Stored keys and values of one key and value head, rows ascending by position. */
export interface HeadCache {
  readonly dimension: number;
  rowCount(): number;
  /** Position in the text of each row: (rows). */
  positions(): Int32Array;
  /** Where each row lies in `keys` and `values`: (rows); the last places move into those that rows left. */
  slots(): Int32Array;
  /** (slots, dimension) of numbers, or of codes with `keyScales`; so are the values. */
  keys(): CacheNumbers;
  values(): CacheNumbers;
  /** Value of code 1 of each slot; absent where the numbers are values. */
  keyScales(): Float64Array | undefined;
  valueScales(): Float64Array | undefined;
  /** Room for so many rows. */
  reserve(rowCount: number): void;
  append(position: number, key: CacheRow, value: CacheRow): void;
  /** Keeps these rows, ascending, for good; memory shrinks with them. @throws SpattenError `input`. */
  compact(rows: Int32Array): void;
  /** Drops the newest rows but so many. */
  truncate(rowCount: number): void;
  /** Takes the rows of a cache of the same form in place of its own. */
  copyFrom(other: HeadCache): void;
  /** Bytes of its part of all buffers. */
  allocatedBytes(): number;
}

/** The cache of one head in the store of its layer. */
export function createHeadCache(store: LayerStore, head: number): HeadCache {
  const { dimension } = store;
  let rowCount = 0;
  let positions = new Int32Array(0);
  let slots = new Int32Array(0);

  /** This head's part of what the layer stores. */
  const own = <Part extends CacheNumbers | Float64Array>(part: Part, width: number): Part => {
    const size = store.numbers().capacity * width;
    return part.subarray(head * size, (head + 1) * size) as Part;
  };
  const keys = () => own(store.numbers().keys, dimension);
  const values = () => own(store.numbers().values, dimension);
  const keyScales = () => store.numbers().keyScales && own(store.numbers().keyScales!, 1);
  const valueScales = () => store.numbers().valueScales && own(store.numbers().valueScales!, 1);

  function setCount(count: number): void {
    rowCount = count;
    store.use(head, count);
  }

  function reserve(count: number): void {
    store.reserve(count);
    if (count <= positions.length) return;
    const capacity = store.capacity();
    [positions, slots] = [lengthened(positions, capacity), lengthened(slots, capacity)];
  }

  /** Only rows that lie behind the new end move, into the places that were left: few, since one step drops few. */
  function keep(rows: Int32Array): void {
    const count = rows.length;
    const free: number[] = [];
    let next = 0;
    for (let row = 0; row < rowCount; row++) {
      if (rows[next] === row) next++;
      else if (slots[row]! < count) free.push(slots[row]!);
    }
    for (let row = 0; row < count; row++) {
      const from = rows[row]!;
      positions[row] = positions[from]!;
      slots[row] = slots[from]!;
      if (slots[from]! < count) continue;
      const place = free.pop()!;
      store.move(head, slots[from]!, place);
      slots[row] = place;
    }
    setCount(count);
  }

  return {
    dimension,
    rowCount: () => rowCount,
    positions: () => positions.subarray(0, rowCount),
    slots: () => slots.subarray(0, rowCount),
    ...{ keys, values, keyScales, valueScales, reserve },
    append: (position, key, value) => {
      reserve(rowCount + 1);
      positions[rowCount] = position;
      slots[rowCount] = rowCount;
      store.write(head, rowCount, key, value);
      setCount(rowCount + 1);
    },
    compact: (rows) => {
      requireRows(rows, rowCount);
      if (rows.length === rowCount) return;
      keep(rows);
      store.trim();
      const capacity = store.capacity();
      if (capacity < positions.length) {
        [positions, slots] = [positions.slice(0, capacity), slots.slice(0, capacity)];
      }
    },
    truncate: (count) => {
      if (count < rowCount) keep(Int32Array.from({ length: count }, (_, row) => row));
    },
    copyFrom: (other) => {
      const count = other.rowCount();
      setCount(0);
      reserve(count);
      positions.set(other.positions());
      const [from, fromKeys, fromValues] = [other.slots(), other.keys(), other.values()];
      const [fromKeyScales, fromValueScales] = [other.keyScales(), other.valueScales()];
      const [toKeys, toValues, toKeyScales, toValueScales] = [keys(), values(), keyScales(), valueScales()];
      for (let row = 0; row < count; row++) {
        const [start, end] = [from[row]! * dimension, (from[row]! + 1) * dimension];
        slots[row] = row;
        toKeys.set(fromKeys.subarray(start, end), row * dimension);
        toValues.set(fromValues.subarray(start, end), row * dimension);
        if (toKeyScales !== undefined) toKeyScales[row] = fromKeyScales![from[row]!]!;
        if (toValueScales !== undefined) toValueScales[row] = fromValueScales![from[row]!]!;
      }
      setCount(count);
    },
    allocatedBytes: () => store.allocatedBytes() / store.headCount + positions.byteLength + slots.byteLength,
  };
}

function lengthened(numbers: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(numbers);
  return longer;
}

function requireRows(rows: Int32Array, rowCount: number): void {
  let previous = -1;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
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
