import fc from "fast-check";
import { expect, test } from "vitest";
import { loadOperands } from "./head-operands.ts";

const widths = fc.constantFrom(4, 6, 8, 10, 12);
const floats = (length: number) =>
  fc.float32Array({ minLength: length, maxLength: length, noNaN: true, min: -8, max: 8 });
const matrices = fc.record({ query: floats(6), key: floats(8), value: floats(8) });

test("every element comes through DRAM within half a step, as a 12-bit operand", () => {
  fc.assert(
    fc.property(matrices, widths, widths, widths, (values, queryBits, keyBits, valueBits) => {
      const bits = { queryBits, keyBits, keyLsbBits: 0, valueBits };
      const operands = loadOperands(values, bits, 12);
      for (const name of ["query", "key", "value"] as const) {
        const { codes, step } = operands[name];
        for (const [index, code] of codes.entries()) {
          expect(Math.abs(code * step - values[name][index]!)).toBeLessThanOrEqual(step * 0.5000001);
          expect(Math.abs(code)).toBeLessThan(2 ** (bits[`${name}Bits`] - 1));
        }
      }
    }),
  );
});

test("low bits of K that are not there read as 0, and the high ones alone never lie above the key", () => {
  fc.assert(
    fc.property(matrices, fc.constantFrom(4, 6, 8), fc.constantFrom(2, 4), (values, keyBits, keyLsbBits) => {
      const bits = { queryBits: 12, keyBits, keyLsbBits, valueBits: 8 };
      const { key } = loadOperands(values, bits, 12);
      const whole = loadOperands(values, { ...bits, keyBits: 12, keyLsbBits: 0 }, 12).key;
      for (const [index, code] of key.codesWithoutLowBits.entries()) {
        expect(code).toBe((key.codes[index]! >> keyLsbBits) << keyLsbBits);
      }
      if (keyBits + keyLsbBits === 12) expect(key.codes).toEqual(whole.codes);
    }),
  );
});

test("a width that the converter lacks is refused by name", () => {
  const values = { query: new Float32Array(2), key: new Float32Array(2), value: new Float32Array(2) };
  const bits = { queryBits: 12, keyBits: 8, keyLsbBits: 0, valueBits: 8 };
  expect(() => loadOperands(values, { ...bits, queryBits: 16 }, 12)).toThrow(
    "no such element width in DRAM; got 16 bits; expected 4, 6, 8, 10, 12",
  );
  expect(() => loadOperands(values, { ...bits, keyBits: 10, keyLsbBits: 4 }, 12)).toThrow(
    "elements are wider than the datapath; got 10 + 4 bits",
  );
});
