/** Bytes of one element, by the name that safetensors gives the type. */
export const ELEMENT_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type TensorDtype = keyof typeof ELEMENT_BYTES;

/** One tensor within the bytes of a file: little-endian, row-major, at any alignment, nothing copied. */
export interface TensorView {
  readonly name: string;
  readonly dtype: TensorDtype;
  /** Sizes, outermost first; an empty list is one number. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** True for a type that safetensors files may hold and this package knows. */
export function isTensorDtype(name: string): name is TensorDtype {
  return Object.hasOwn(ELEMENT_BYTES, name);
}

/** Product of a shape; undefined where a double no longer holds it exactly. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}
