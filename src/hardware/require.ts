import { SpattenError } from "../base/errors.ts";

/** Refuses what is not a whole number from `minimum` to `maximum`. @throws SpattenError `input`. */
export function requireWhole(value: number, what: string, minimum: number, maximum = Infinity): void {
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

/** The error of a unit that is used against its handshake: a bug of the machine around it, never of the user. */
export function handshakeFault(what: string): Error {
  return new Error(`hardware handshake: ${what}`);
}
