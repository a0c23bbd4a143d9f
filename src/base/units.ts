/** One multiply-accumulate counts as two operations, everywhere in this package. */
export const OPERATIONS_PER_MULTIPLY_ACCUMULATE = 2;

/** Bits in a byte. */
export const BITS_PER_BYTE = 8;

/** Picojoules in a joule. */
export const PICOJOULES_PER_JOULE = 1e12;

/** Cycles a second at one gigahertz. */
export const HERTZ_PER_GIGAHERTZ = 1e9;

/** Square micrometres in a square millimetre. */
export const SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE = 1e6;

/** Watts from an energy and a time. */
export function wattsFrom(energyPicojoules: number, seconds: number): number {
  return energyPicojoules / PICOJOULES_PER_JOULE / seconds;
}
