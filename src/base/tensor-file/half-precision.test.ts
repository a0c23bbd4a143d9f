import fc from "fast-check";
import { expect, test } from "vitest";
import { float16ValueReference, float32ToFloat16BitsReference } from "./half-precision.reference.ts";
import { float16BitsToFloat32Bits, float32ToFloat16Bits } from "./half-precision.ts";

function valueOfHalf(half: number): number {
  return new Float32Array(new Uint32Array([float16BitsToFloat32Bits(half)]).buffer)[0]!;
}

test("every half has the value of the definition and comes back as the same bits", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = valueOfHalf(bits);
    if (!Object.is(value, float16ValueReference(bits)))
      expect([bits, value]).toEqual([bits, "the reference"]);
    const back = float32ToFloat16Bits(value);
    if (Number.isNaN(value)) expect(back & 0x7e00).toBe(0x7e00);
    else if (back !== bits) expect([bits, back]).toEqual([bits, bits]);
  }
});

test("a single-precision number becomes the nearest half, as trying every one finds it", () => {
  const anyFloat = fc.float({ noNaN: false });
  const nearHalves = fc
    .tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: -2, max: 2 }))
    .map(([half, step]) => {
      // The midpoint of two neighbours, and the single-precision numbers beside it.
      const bits = new Uint32Array([float16BitsToFloat32Bits(half) + 0x1000 + step]);
      return new Float32Array(bits.buffer)[0]!;
    });
  fc.assert(
    fc.property(fc.oneof(anyFloat, nearHalves), (value) => {
      const expected = float32ToFloat16BitsReference(value);
      if (Number.isNaN(value)) expect(float32ToFloat16Bits(value) & 0x7e00).toBe(0x7e00);
      else expect(float32ToFloat16Bits(value)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [65504, 0x7bff],
  [65519.99609375, 0x7bff],
  [65520, 0x7c00],
  [-65520, 0xfc00],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * (1 + 2 ** -20), 0x0001],
  [3 * 2 ** -25, 0x0002],
  [2 ** -14, 0x0400],
  [-0, 0x8000],
  [1e-45, 0x0000],
])("%d becomes the half %d", (value, bits) => {
  expect(float32ToFloat16Bits(value)).toBe(bits);
});
