import { float16BitsToFloat32Bits } from "../../../../base/tensor-file/half-precision.ts";

const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** The half-precision number at a place, little-endian. */
export function halfAt(bytes: Uint8Array, offset: number): number {
  bits[0] = float16BitsToFloat32Bits(bytes[offset]! | (bytes[offset + 1]! << 8));
  return value[0]!;
}
