/** Turns vectors by their positions. */
export interface Rotary {
  /** Turns every head of a row of `numbers` in place: (heads, dimension) from `offset` on. */
  turn(numbers: Float32Array, offset: number, headCount: number, position: number): void;
}

/**
 * Rotary positions: elements i and i + dimension / 2 of a head turn by position / base^(2 i / dimension), in float64 and
 * rounded once (Su et al. 2021, in the order of halves that Hugging Face stores).
 */
export function createRotary(dimension: number, base: number): Rotary {
  const half = dimension / 2;
  const frequencies = frequenciesOf(dimension, base);
  const cosines = new Float64Array(half);
  const sines = new Float64Array(half);
  let tablePosition = -1;
  return {
    turn: (numbers, offset, headCount, position) => {
      if (position !== tablePosition) {
        for (let pair = 0; pair < half; pair++) {
          const angle = position * frequencies[pair]!;
          cosines[pair] = Math.cos(angle);
          sines[pair] = Math.sin(angle);
        }
        tablePosition = position;
      }
      for (let head = 0; head < headCount; head++) {
        const start = offset + head * dimension;
        for (let pair = 0; pair < half; pair++) {
          const [left, right] = [numbers[start + pair]!, numbers[start + half + pair]!];
          numbers[start + pair] = left * cosines[pair]! - right * sines[pair]!;
          numbers[start + half + pair] = right * cosines[pair]! + left * sines[pair]!;
        }
      }
    },
  };
}

/** Cosines and sines of those angles: (positions, dimension / 2). */
export function turnTables(
  dimension: number,
  base: number,
  positions: Int32Array,
): { readonly cosines: Float32Array; readonly sines: Float32Array } {
  const frequencies = frequenciesOf(dimension, base);
  const half = dimension / 2;
  const angleAt = (index: number) => positions[Math.floor(index / half)]! * frequencies[index % half]!;
  const length = positions.length * half;
  return {
    cosines: Float32Array.from({ length }, (_, index) => Math.cos(angleAt(index))),
    sines: Float32Array.from({ length }, (_, index) => Math.sin(angleAt(index))),
  };
}

function frequenciesOf(dimension: number, base: number): Float64Array {
  return Float64Array.from({ length: dimension / 2 }, (_, pair) => base ** ((-2 * pair) / dimension));
}
