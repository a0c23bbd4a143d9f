import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantizeReference, splitCodeReference } from "./quantization.reference.ts";
import { dequantize, joinBits, quantize, splitBits } from "./quantization.ts";

const values = fc.float32Array({ maxLength: 30, noNaN: true, noDefaultInfinity: true });
const bits = fc.integer({ min: 2, max: 16 });
const lowBits = fc.integer({ min: 1, max: 8 });

describe("linear symmetric quantization", () => {
  it("equals the definition", () => {
    fc.assert(
      fc.property(values, bits, (input, width) => {
        const { codes, scale } = quantize(input, width);
        const reference = quantizeReference([...input], width);
        expect(scale).toBe(reference.scale);
        expect([...codes]).toEqual(reference.codes.map((code) => code + 0));
      }),
    );
  });

  it("brings each value back within half a scale", () => {
    fc.assert(
      fc.property(values, bits, (input, width) => {
        const { codes, scale } = quantize(input, width);
        dequantize(codes, scale).forEach((back, index) => {
          const float32Error = Math.abs(back) * 2 ** -24 + 2 ** -150;
          expect(Math.abs(back - input[index]!)).toBeLessThanOrEqual(
            (scale / 2) * (1 + 1e-12) + float32Error,
          );
        });
      }),
    );
  });

  it("uses both ends alike and rounds a half away from zero", () => {
    const { codes, scale } = quantize(Float32Array.of(7, -7, 0.5, -0.5, 1.49, 0), 4);
    expect(scale).toBe(1);
    expect([...codes]).toEqual([7, -7, 1, -1, 1, 0]);
  });

  it("gives zeros for zeros", () => {
    const { codes, scale } = quantize(Float32Array.of(0, -0), 8);
    expect(scale).toBe(0);
    expect([...dequantize(codes, scale)]).toEqual([0, 0]);
  });

  it("names the index of a value that is not finite", () => {
    expect(() => quantize(Float32Array.of(1, Number.NaN), 8)).toThrow("value 1 cannot be quantized; got NaN");
    expect(() => quantize(Float32Array.of(-Infinity), 8)).toThrow(
      "value 0 cannot be quantized; got -Infinity",
    );
    expect(() => quantize(Float32Array.of(1), 17)).toThrow("bits is out of range");
  });
});

describe("bits apart in DRAM", () => {
  it("join to the same codes, negative ones included", () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 30 }), lowBits, (codes, width) => {
        const { mostSignificant, leastSignificant } = splitBits(codes, width);
        expect(joinBits(mostSignificant, leastSignificant, width)).toEqual(codes);
        codes.forEach((code, index) => {
          const { high, low } = splitCodeReference(code, width);
          expect([mostSignificant[index], leastSignificant[index]]).toEqual([high, low]);
        });
      }),
    );
  });

  it("refuse widths and lengths that do not fit", () => {
    expect(() => splitBits(new Int16Array(1), 9)).toThrow("least significant bits is out of range");
    expect(() => joinBits(new Int16Array(1), new Uint8Array(2), 4)).toThrow("wrong length");
  });
});
