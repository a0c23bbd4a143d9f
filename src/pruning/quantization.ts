import { SpattenError } from "../base/errors.ts";
import { requireInteger, requireLength } from "../base/require.ts";

/** Numbers as whole multiples of one scale. */
export interface Quantized {
  readonly codes: Int16Array;
  /** Value of code 1; 0 when every value is 0. */
  readonly scale: number;
}

/** Codes cut in two: code = mostSignificant × 2^bits + leastSignificant. */
export interface SplitCodes {
  readonly mostSignificant: Int16Array;
  readonly leastSignificant: Uint8Array;
}

/**
 * Linear symmetric quantization: codes in ±(2^(bits-1) - 1), a half rounded away from zero so that the sign does not
 * matter; each value comes back within half a scale (and float32's own rounding). SpAtten section III-D.
 *
 * `values` any shape, one scale for all; codes the same shape.
 * @throws SpattenError `input` for bits outside 2 to 16, or a value that is not finite (with its index).
 */
export function quantize(values: Float32Array, bits: number): Quantized {
  requireInteger(bits, "bits", 2, 16);
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index]!);
    if (!Number.isFinite(size)) {
      throw new SpattenError("input", `value ${index} cannot be quantized`, {
        got: String(values[index]),
        expected: "a finite number",
      });
    }
    if (size > largest) largest = size;
  }
  const codes = new Int16Array(values.length);
  const largestCode = 2 ** (bits - 1) - 1;
  const scale = largest / largestCode;
  if (scale === 0) return { codes, scale };
  for (let index = 0; index < values.length; index++) {
    const size = Math.round(Math.abs(values[index]!) / scale);
    codes[index] = values[index]! < 0 ? -size : size;
  }
  return { codes, scale };
}

/** The values that codes stand for: code × scale, in the shape of `codes`. SpAtten section III-D. */
export function dequantize(codes: Int16Array, scale: number): Float32Array {
  const values = new Float32Array(codes.length);
  for (let index = 0; index < codes.length; index++) values[index] = codes[index]! * scale;
  return values;
}

/** The values that come back from codes of so many bits: what the datapath sees. @throws SpattenError as `quantize` does. */
export function roundTrip(values: Float32Array, bits: number): Float32Array {
  const { codes, scale } = quantize(values, bits);
  return dequantize(codes, scale);
}

/**
 * Codes cut as DRAM holds them, so that either part can be fetched alone: the high bits by an arithmetic shift, the low
 * bits as they stand in two's complement. SpAtten section III-D.
 *
 * `codes` any shape; both parts the same. @throws SpattenError `input` for low bits outside 1 to 8.
 */
export function splitBits(codes: Int16Array, leastSignificantBits: number): SplitCodes {
  requireInteger(leastSignificantBits, "least significant bits", 1, 8);
  const mostSignificant = new Int16Array(codes.length);
  const leastSignificant = new Uint8Array(codes.length);
  const lowMask = (1 << leastSignificantBits) - 1;
  for (let index = 0; index < codes.length; index++) {
    mostSignificant[index] = codes[index]! >> leastSignificantBits;
    leastSignificant[index] = codes[index]! & lowMask;
  }
  return { mostSignificant, leastSignificant };
}

/**
 * The codes that `splitBits` cut, joined again without loss. SpAtten section III-D.
 *
 * @throws SpattenError `input` for low bits outside 1 to 8, or parts of different length.
 */
export function joinBits(
  mostSignificant: Int16Array,
  leastSignificant: Uint8Array,
  leastSignificantBits: number,
): Int16Array {
  requireInteger(leastSignificantBits, "least significant bits", 1, 8);
  requireLength(leastSignificant.length, mostSignificant.length, "least significant part");
  const codes = new Int16Array(mostSignificant.length);
  for (let index = 0; index < codes.length; index++) {
    codes[index] = (mostSignificant[index]! << leastSignificantBits) | leastSignificant[index]!;
  }
  return codes;
}
