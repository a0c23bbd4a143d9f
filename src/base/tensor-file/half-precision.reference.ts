/** Value of a half-precision number by the definition: (-1)^sign × 2^(exponent - 15) × 1.mantissa. */
export function float16ValueReference(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(bits / 1024) % 32;
  const mantissa = bits % 1024;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Bits of the nearest half-precision number, found by trying every one; infinity stands at 65536. */
export function float32ToFloat16BitsReference(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.min(Math.abs(value), 65536);
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let bits = 0; bits <= 0x7c00; bits++) {
    const distance = Math.abs((bits === 0x7c00 ? 65536 : float16ValueReference(bits)) - magnitude);
    if (distance < bestDistance || (distance === bestDistance && bits % 2 === 0)) {
      best = bits;
      bestDistance = distance;
    }
  }
  return sign + best;
}
