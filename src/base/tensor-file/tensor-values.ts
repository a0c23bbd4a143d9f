import { type ErrorCode, SpattenError } from "../errors.ts";
import { describeValue } from "../schema.ts";
import { sharedMemory } from "../shared-memory.ts";
import { float16BitsToFloat32Bits } from "./half-precision.ts";
import { ELEMENT_BYTES, type TensorDtype, type TensorView } from "./tensor-view.ts";

/** Then a single-precision tensor is copied as it lies, many times faster than number by number. */
const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

type Reader = (data: DataView, offset: number) => number;

const FLOAT_BITS_READERS: Partial<Record<TensorDtype, Reader>> = {
  F16: (data, offset) => float16BitsToFloat32Bits(data.getUint16(offset, true)),
  BF16: (data, offset) => data.getUint16(offset, true) << 16,
  F32: (data, offset) => data.getUint32(offset, true),
};

const INTEGER_READERS: Partial<Record<TensorDtype, Reader>> = {
  BOOL: (data, offset) => data.getUint8(offset),
  U8: (data, offset) => data.getUint8(offset),
  I8: (data, offset) => data.getInt8(offset),
  U16: (data, offset) => data.getUint16(offset, true),
  I16: (data, offset) => data.getInt16(offset, true),
  U32: (data, offset) => data.getUint32(offset, true),
  I32: (data, offset) => data.getInt32(offset, true),
  U64: (data, offset) => Number(data.getBigUint64(offset, true)),
  I64: (data, offset) => Number(data.getBigInt64(offset, true)),
};

/**
 * A copy of a floating-point tensor in single precision, row-major: F16 and BF16 exactly, F64 rounded to nearest.
 * @throws SpattenError of `code` for any other type.
 */
export function toFloat32(view: TensorView, code: ErrorCode = "checkpoint"): Float32Array<ArrayBuffer> {
  const elements = Math.floor(view.bytes.length / ELEMENT_BYTES[view.dtype]);
  return convertToFloat32(view, new Float32Array(elements), code);
}

/**
 * A floating-point tensor in single precision, whose bytes `fill` puts where it is told: at the end of the numbers that
 * they become, so that nothing else is held; in memory that threads share where there is any. @throws SpattenError `checkpoint` for any other type.
 */
export async function fillFloat32(
  place: Omit<TensorView, "bytes">,
  storedBytes: number,
  fill: (target: Uint8Array) => Promise<void>,
): Promise<Float32Array> {
  const elements = Math.floor(storedBytes / ELEMENT_BYTES[place.dtype]);
  const values = new Float32Array(sharedMemory(elements * Float32Array.BYTES_PER_ELEMENT));
  const spareBytes = values.byteLength - storedBytes;
  const bytes = spareBytes >= 0 ? new Uint8Array(values.buffer, spareBytes) : new Uint8Array(storedBytes);
  await fill(bytes);
  return convertToFloat32({ ...place, bytes }, values, "checkpoint");
}

/** The bytes may lie at the end of the values: going upwards, a number is read before anything is written over it. */
function convertToFloat32<Memory extends ArrayBufferLike>(
  view: TensorView,
  values: Float32Array<Memory>,
  code: ErrorCode,
): Float32Array<Memory> {
  const { data, elements, elementBytes } = openView(view);
  if (view.dtype === "F64") {
    for (let index = 0; index < elements; index++) values[index] = data.getFloat64(index * 8, true);
    return values;
  }
  if (view.dtype === "F32" && HOST_IS_LITTLE_ENDIAN) {
    new Uint8Array(values.buffer).set(view.bytes.subarray(0, values.byteLength));
    return values;
  }
  const readBits = FLOAT_BITS_READERS[view.dtype];
  if (readBits === undefined) throw wrongType(view, code, "F16, BF16, F32 or F64");
  const bits = new Uint32Array(values.buffer);
  for (let index = 0; index < elements; index++) bits[index] = readBits(data, index * elementBytes);
  return values;
}

/** A copy of an integer tensor, row-major. @throws SpattenError of `code` for another type or beyond 32 bits. */
export function toInt32(view: TensorView, code: ErrorCode = "checkpoint"): Int32Array<ArrayBuffer> {
  const { data, elements, elementBytes } = openView(view);
  const read = INTEGER_READERS[view.dtype];
  if (read === undefined) throw wrongType(view, code, "an integer type");
  const values = new Int32Array(elements);
  for (let index = 0; index < elements; index++) {
    const value = read(data, index * elementBytes);
    values[index] = value;
    if (values[index] !== value) {
      throw new SpattenError(code, "a number does not fit in 32 bits", {
        where: `tensor ${describeValue(view.name)}, element ${index}`,
        got: String(value),
      });
    }
  }
  return values;
}

/** A view that holds single-precision values, row-major, ready to be written. */
export function float32Tensor(name: string, shape: readonly number[], values: Float32Array): TensorView {
  const data = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => {
    data.setFloat32(index * 4, value, true);
  });
  return { name, dtype: "F32", shape, bytes: new Uint8Array(data.buffer) };
}

/** A view that holds 32-bit integers, row-major, ready to be written. */
export function int32Tensor(name: string, shape: readonly number[], values: Int32Array): TensorView {
  const data = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => {
    data.setInt32(index * 4, value, true);
  });
  return { name, dtype: "I32", shape, bytes: new Uint8Array(data.buffer) };
}

function openView(view: TensorView): { data: DataView; elements: number; elementBytes: number } {
  const { buffer, byteOffset, byteLength } = view.bytes;
  const elementBytes = ELEMENT_BYTES[view.dtype];
  const data = new DataView(buffer, byteOffset, byteLength);
  return { data, elements: Math.floor(byteLength / elementBytes), elementBytes };
}

function wrongType(view: TensorView, code: ErrorCode, expected: string): SpattenError {
  return new SpattenError(code, "a tensor holds another type of number", {
    where: `tensor ${describeValue(view.name)}`,
    got: view.dtype,
    expected,
  });
}
