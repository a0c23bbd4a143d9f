/**
 * erf(x) = 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, the slow and obvious form: all terms have one sign, so nothing
 * cancels and every digit is good.
 */
export function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const TABLE_END = 5;
const STEPS_PER_UNIT = 128;
let table: Float64Array | undefined;

/** Values of erf at the grid points, from the series; past 5 it is 1 to 1.6e-12. */
function erfTable(): Float64Array {
  table ??= Float64Array.from({ length: TABLE_END * STEPS_PER_UNIT + 2 }, (_, index) =>
    erfSeries(index / STEPS_PER_UNIT),
  );
  return table;
}

/** erf(x) by cubic Hermite interpolation between grid points, whose slopes are known exactly; error below 1e-9. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < TABLE_END)) return Number.isNaN(x) ? Number.NaN : Math.sign(x);
  const values = erfTable();
  const index = Math.floor(magnitude * STEPS_PER_UNIT);
  const left = index / STEPS_PER_UNIT;
  const right = (index + 1) / STEPS_PER_UNIT;
  const t = (magnitude - left) * STEPS_PER_UNIT;
  const leftSlope = slope(left) / STEPS_PER_UNIT;
  const rightSlope = slope(right) / STEPS_PER_UNIT;
  const start = values[index]!;
  const end = values[index + 1]!;
  const value =
    start +
    t * (leftSlope + t * (3 * (end - start) - 2 * leftSlope - rightSlope)) +
    t * t * t * (2 * (start - end) + leftSlope + rightSlope);
  return x < 0 ? -value : value;
}

function slope(x: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}

/** Exact GELU, x·Φ(x) (Hendrycks and Gimpel 2016), in place. */
export function gelu(values: Float32Array): void {
  for (let index = 0; index < values.length; index++) {
    const x = values[index]!;
    values[index] = 0.5 * x * (1 + erf(x * Math.SQRT1_2));
  }
}
