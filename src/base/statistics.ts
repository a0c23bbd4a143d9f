import { SpattenError } from "./errors.ts";

/** Arithmetic mean; NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Geometric mean of positive numbers, the average that the papers use. @throws SpattenError `input`. */
export function geomean(values: readonly number[]): number {
  const bad = values.find((value) => !(value > 0));
  if (values.length === 0 || bad !== undefined) {
    throw new SpattenError("input", "a geometric mean needs positive numbers", {
      got: values.length === 0 ? "an empty list" : String(bad),
    });
  }
  return Math.exp(mean(values.map(Math.log)));
}

/** Mean without that part of the values at either end, whole values rounded down. @throws SpattenError `input`. */
export function trimmedMean(values: readonly number[], partAtEachEnd: number): number {
  const dropped = Math.floor(values.length * partAtEachEnd);
  const kept = [...values].sort((left, right) => left - right).slice(dropped, values.length - dropped);
  if (kept.length > 0) return mean(kept);
  throw new SpattenError("input", "a trimmed mean has no value left", { got: `${values.length} values` });
}
