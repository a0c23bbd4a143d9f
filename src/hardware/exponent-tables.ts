import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { countUpTo } from "./parameter-ranges.ts";

/**
 * The exponent unit of A3 (HPCA 2020): exp(-(high + low)) = exp(-high) × exp(-low), each half of the bits an address of one
 * small table, and one multiply. Its input is the distance from the largest score, 2i integer and 2f fraction bits.
 */
export const exponentTablesParametersSchema = z.strictObject({
  /** i of the operands. */
  integerBits: z._default(countUpTo(8), 4),
  /** f of the operands. */
  fractionBits: z._default(countUpTo(8), 4),
});

export type ExponentTablesParameters = z.infer<typeof exponentTablesParametersSchema>;

/** Both tables, and the exponential that they give. */
export interface ExponentTables {
  /** exp(-high half) and exp(-low half) in steps of 2^-2f, (2^(i+f)) each; 1 is 2^2f. */
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** Largest code that an exponential or a weight has: 2f fraction bits hold no 1 (an assumption: it saturates). */
  readonly largestCode: number;
  /** exp(-distance) in steps of 2^-2f, for a distance of at least 0 in the same steps; beyond 2i integer bits as the last. */
  exponential(distanceCode: number): number;
}

/** The filled tables. @throws SpattenError `config` for widths out of range. */
export function createExponentTables(
  parameters: z.input<typeof exponentTablesParametersSchema> = {},
): ExponentTables {
  const { integerBits, fractionBits } = parseWith(exponentTablesParametersSchema, parameters, {
    what: "exponent tables",
  });
  const one = 2 ** (2 * fractionBits);
  const entryCount = 2 ** (integerBits + fractionBits);
  const table = (distanceOf: (entry: number) => number): Int32Array =>
    Int32Array.from({ length: entryCount }, (_, entry) => Math.round(one * Math.exp(-distanceOf(entry))));
  const low = table((entry) => entry / one);
  const high = table((entry) => (entry * entryCount) / one);
  const largestCode = one - 1;
  return {
    high,
    low,
    largestCode,
    exponential: (distanceCode) => {
      const address = Math.min(distanceCode, entryCount * entryCount - 1);
      const product = high[Math.floor(address / entryCount)]! * low[address % entryCount]!;
      return Math.min(largestCode, Math.round(product / one));
    },
  };
}
