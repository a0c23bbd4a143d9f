import * as z from "zod/mini";

/** Whole number from 1 to `maximum`: lanes, ports, multipliers, depths. */
export function countUpTo(maximum: number): z.ZodMiniNumber {
  return z.int().check(z.gte(1), z.lte(maximum));
}

/** Whole cycles of a pipeline, from 0 to 10,000. */
export function latencyCycles(): z.ZodMiniNumber {
  return z.int().check(z.gte(0), z.lte(10_000));
}

/** Power of two from 1 to `maximum`. */
export function powerOfTwoUpTo(maximum: number): z.ZodMiniNumber {
  return countUpTo(maximum).check(
    z.refine((value) => Number.isInteger(Math.log2(value)), `a power of two from 1 to ${maximum}`),
  );
}
