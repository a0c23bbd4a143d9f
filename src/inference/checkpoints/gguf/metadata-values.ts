import type { ByteReader } from "./byte-reader.ts";

/** A value of the metadata; a whole number is a bigint only where a double does not hold it. */
export type MetadataValue = number | bigint | boolean | string | readonly MetadataValue[];

/** What is read of one file: an array may not ask for more than all of them together may hold. */
export interface ValueBudget {
  elements: number;
}

/** Far more than the tokens and merges of any released model. */
export const MAXIMUM_ELEMENTS = 8_000_000;

const MAXIMUM_DEPTH = 4;
const TEXT = 8;
const ARRAY = 9;

const wholeNumber = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

interface ScalarType {
  readonly byteCount: number;
  read(data: DataView): MetadataValue | undefined;
}

/** Types of one number each (ggml docs/gguf.md, enum gguf_metadata_value_type); a bool is 0 or 1. */
const SCALARS: Readonly<Record<number, ScalarType>> = {
  0: { byteCount: 1, read: (data) => data.getUint8(0) },
  1: { byteCount: 1, read: (data) => data.getInt8(0) },
  2: { byteCount: 2, read: (data) => data.getUint16(0, true) },
  3: { byteCount: 2, read: (data) => data.getInt16(0, true) },
  4: { byteCount: 4, read: (data) => data.getUint32(0, true) },
  5: { byteCount: 4, read: (data) => data.getInt32(0, true) },
  6: { byteCount: 4, read: (data) => data.getFloat32(0, true) },
  7: { byteCount: 1, read: (data) => [false, true][data.getUint8(0)] },
  10: { byteCount: 8, read: (data) => wholeNumber(data.getBigUint64(0, true)) },
  11: { byteCount: 8, read: (data) => wholeNumber(data.getBigInt64(0, true)) },
  12: { byteCount: 8, read: (data) => data.getFloat64(0, true) },
};

/** A value of a type and what lies in it. @throws SpattenError `checkpoint`. */
export function readValue(
  reader: ByteReader,
  type: number,
  what: string,
  budget: ValueBudget,
  depth = 0,
): MetadataValue {
  if (type === TEXT) return reader.text(what);
  if (type === ARRAY) return readArray(reader, what, budget, depth);
  const scalar = SCALARS[type];
  if (scalar === undefined) {
    throw reader.broken(`${what} is of an unknown type`, {
      got: `type ${type}`,
      expected: "one of 0 to 12",
    });
  }
  const value = scalar.read(reader.take(scalar.byteCount, what));
  if (value === undefined) throw reader.broken(`${what} is neither true nor false`, {});
  return value;
}

/** As an array begins: type of the elements, then their number. */
const ARRAY_HEAD_BYTES = 12;

function readArray(
  reader: ByteReader,
  what: string,
  budget: ValueBudget,
  depth: number,
): readonly MetadataValue[] {
  if (depth >= MAXIMUM_DEPTH) {
    throw reader.broken(`${what} holds arrays within arrays`, { expected: `at most ${MAXIMUM_DEPTH} deep` });
  }
  const type = reader.uint32(`the element type of ${what}`);
  const leastBytes = type === TEXT ? 8 : type === ARRAY ? ARRAY_HEAD_BYTES : (SCALARS[type]?.byteCount ?? 1);
  const count = reader.count(leastBytes, `the length of ${what}`);
  budget.elements -= count;
  if (budget.elements < 0) {
    throw reader.broken("the metadata are not plausible: too many elements", {
      expected: `at most ${MAXIMUM_ELEMENTS}`,
    });
  }
  const values: MetadataValue[] = [];
  for (let index = 0; index < count; index++) values.push(readValue(reader, type, what, budget, depth + 1));
  return values;
}
