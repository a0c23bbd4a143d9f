import { SpattenError } from "./errors.ts";

/** Refuses what is not a whole number of at least `minimum`. @throws SpattenError `input`. */
export function requireInteger(value: number, what: string, minimum = 0, maximum = Infinity): void {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  const range = maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  throw new SpattenError("input", `${what} is out of range`, {
    got: String(value),
    expected: `a whole number ${range}`,
  });
}

/** Refuses a list of the wrong length. @throws SpattenError `input`. */
export function requireLength(actual: number, expected: number, what: string): void {
  if (actual === expected) return;
  throw new SpattenError("input", `${what} has the wrong length`, {
    got: String(actual),
    expected: String(expected),
  });
}

/** Refuses NaN, naming its index: NaN compares as neither larger nor smaller. @throws SpattenError `input`. */
export function requireComparable(values: ArrayLike<number>, what: string): void {
  for (let index = 0; index < values.length; index++) {
    if (Number.isNaN(values[index])) throw notANumber(index, what);
  }
}

/** The error for a NaN at an index. */
export function notANumber(index: number, what: string): SpattenError {
  return new SpattenError("input", `${what} ${index} is not a number`, {
    got: "NaN",
    hint: "an earlier step overflowed or divided zero by zero",
  });
}
