import { SpattenError } from "../../base/errors.ts";
import type { A3Parameters } from "./parameters.ts";

export type FixedPoint = A3Parameters["number"];

/**
 * Values as codes of a sign, i integer and f fraction bits, rounded to the nearest and saturating. `scale` multiplies each
 * value first. @throws SpattenError `input` for a value that is not finite.
 */
export function toFixedPoint(
  { integerBits, fractionBits }: FixedPoint,
  values: Float32Array,
  scale = 1,
): Int32Array {
  const largest = 2 ** (integerBits + fractionBits) - 1;
  const codes = new Int32Array(values.length);
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      throw new SpattenError("input", "an operand is not a finite number", {
        where: `element ${index}`,
        got: String(value),
      });
    }
    const code = Math.round(value * scale * 2 ** fractionBits);
    codes[index] = Math.max(-largest, Math.min(largest, code));
  }
  return codes;
}
