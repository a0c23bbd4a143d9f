import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { quantize } from "../../pruning/quantization.ts";
import { attendRowPlainly } from "./attend-row.reference.ts";
import { attendRow, type RowAttention } from "./attend-row.ts";

interface Drawn {
  readonly seed: number;
  readonly dimension: number;
  readonly cacheRows: number;
  readonly readPart: number;
  readonly valuePart: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  seed: fc.nat(10_000),
  dimension: fc.integer({ min: 1, max: 19 }),
  cacheRows: fc.integer({ min: 1, max: 40 }),
  readPart: fc.double({ min: 0.1, max: 1, noNaN: true }),
  valuePart: fc.double({ min: 0.01, max: 1, noNaN: true }),
});

function workOf(
  { seed, dimension, cacheRows, readPart, valuePart }: Drawn,
  keyBits?: number,
  progressive?: RowAttention["progressive"],
): RowAttention {
  const random = createRandom(seed);
  const numbers = (count: number) => Float32Array.from({ length: count }, () => 4 * (random.next() - 0.5));
  const stored = (bits: number | undefined) => {
    const values = numbers(cacheRows * dimension);
    if (bits === undefined) return { numbers: values, scales: undefined };
    const codes = new Int16Array(values.length);
    const scales = new Float64Array(cacheRows);
    for (let row = 0; row < cacheRows; row++) {
      const quantized = quantize(values.subarray(row * dimension, (row + 1) * dimension), bits);
      codes.set(quantized.codes, row * dimension);
      scales[row] = quantized.scale;
    }
    return { numbers: codes, scales };
  };
  const all = Array.from({ length: cacheRows }, (_, row) => row);
  const read = all.filter((row) => row === cacheRows - 1 || random.next() < readPart);
  const keys = stored(keyBits);
  const values = stored(keyBits === undefined ? undefined : 8);
  return {
    ...{ query: numbers(dimension), dimension, rows: Int32Array.from(read), progressive },
    ...{ keys: keys.numbers, keyScales: keys.scales, values: values.numbers, valueScales: values.scales },
    valueCount: Math.max(1, Math.ceil(read.length * valuePart)),
  };
}

function expectEqual(work: RowAttention): void {
  const [fast, slow] = [attendRow(work), attendRowPlainly(work)];
  const near = (left: Float64Array, right: Float64Array) =>
    left.forEach((value, index) => void expect(value).toBeCloseTo(right[index]!, 10));
  near(fast.probabilities, slow.probabilities);
  near(fast.output, slow.output);
  expect(fast.maximumProbability).toBeCloseTo(slow.maximumProbability, 12);
  expect(fast.refetched).toBe(slow.refetched);
  expect(fast.probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
}

describe("a query against the rows of a cache", () => {
  it("is its slow twin, over values", () => {
    fc.assert(fc.property(drawn, (one) => expectEqual(workOf(one))));
  });

  it("is its slow twin, over codes, with low bits fetched where probabilities are flat", () => {
    const threshold = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 4 }), threshold, (one, lowBits, limit) => {
        expectEqual(workOf(one, 10));
        expectEqual(workOf(one, 6 + lowBits, { lowBits, threshold: limit }));
      }),
    );
  });

  it("fetches low bits exactly below the threshold", () => {
    const one = { seed: 3, dimension: 8, cacheRows: 12, readPart: 1, valuePart: 1 };
    const { maximumProbability } = attendRow(workOf(one, 10, { lowBits: 4, threshold: 0 }));
    const refetched = (threshold: number) => attendRow(workOf(one, 10, { lowBits: 4, threshold })).refetched;
    expect([refetched(maximumProbability), refetched(maximumProbability * (1 + 1e-9))]).toEqual([
      false,
      true,
    ]);
  });

  it("refuses scores that are no numbers", () => {
    const work = workOf({ seed: 1, dimension: 4, cacheRows: 3, readPart: 1, valuePart: 1 });
    expect(() => attendRow({ ...work, query: new Float32Array(4).fill(Number.NaN) })).toThrow("not a number");
  });
});
