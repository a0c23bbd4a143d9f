import type { Rounding } from "./plan.ts";

/** Steps to a whole: 0.07 × 100 is 7.000000000000001 in doubles, which must not become 8 where it is rounded up. */
const NOISE_SCALE = 1e9;

/** A product of decimal figures, without its binary noise: rounded to 1e-9. */
export function withoutNoise(product: number): number {
  return Math.round(product * NOISE_SCALE) / NOISE_SCALE;
}

/** Whole number from a product such as ratio × count; `round` takes a half upwards. */
export function roundCount(product: number, rounding: Rounding): number {
  return Math[rounding](withoutNoise(product));
}

/** The count moved into [min(minimum, available), available]. */
export function clampCount(count: number, minimum: number, available: number): number {
  return Math.min(available, Math.max(count, Math.min(minimum, available)));
}
