import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesAsInteger, elementReference } from "../../hardware/bitwidth-converter.reference.ts";
import { joinLowCodes, packCodes, unpackCodes } from "./bit-codes.ts";

const widths = fc.constantFrom(4, 6, 8, 10, 12);

test("packed codes are one long number, and unpack to themselves", () => {
  fc.assert(
    fc.property(widths, fc.array(fc.integer({ min: -2048, max: 2047 }), { maxLength: 40 }), (bits, drawn) => {
      const codes = Int16Array.from(drawn, (code) => code >> (12 - bits));
      const bytes = packCodes(codes, bits);
      expect(bytes.length).toBe(Math.ceil((codes.length * bits) / 8));
      const width = { elementBits: bits, lowBits: 0 };
      expect(unpackCodes(bytes, 0, codes.length, width)).toEqual(codes);
      const number = bytesAsInteger(bytes);
      expect(Int16Array.from(codes, (_, element) => elementReference(number, 0, element, width))).toEqual(
        codes,
      );
    }),
  );
});

test("high and low parts packed apart join to the whole code", () => {
  const codes = Int16Array.of(-2047, -1, 0, 5, 1234, 2047);
  const high = packCodes(
    codes.map((code) => code >> 4),
    8,
  );
  const low = packCodes(
    codes.map((code) => code & 15),
    4,
  );
  const codesWithoutLow = unpackCodes(high, 0, codes.length, { elementBits: 8, lowBits: 4 });
  expect(joinLowCodes(codesWithoutLow, low, 0, 4)).toEqual(codes);
});
