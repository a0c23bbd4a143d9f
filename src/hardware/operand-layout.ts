import * as z from "zod/mini";
import { SpattenError } from "../base/errors.ts";
import { BITS_PER_BYTE } from "../base/units.ts";
import { countUpTo } from "./parameter-ranges.ts";

/** The K or the V SRAM (SpAtten Table I): 2 × 1024 × 64 elements of 12 bits, read in lines of 512. */
export const operandBufferParametersSchema = z.strictObject({
  sramBytes: z._default(countUpTo(1 << 30), 196_608),
  /** Elements of a line: one for each multiplier behind. */
  lineElements: z._default(countUpTo(1 << 20), 512),
  elementBits: z._default(countUpTo(32), 12),
  /** Matrices that may be in the buffer at once (official RTL: 16). */
  maximumAllocationCount: z._default(countUpTo(4096), 16),
});

export type OperandBufferParameters = z.infer<typeof operandBufferParametersSchema>;

/** Whole lines that the SRAM holds. */
export function capacityLines(parameters: OperandBufferParameters): number {
  const lineBits = parameters.lineElements * parameters.elementBits;
  return Math.floor((parameters.sramBytes * BITS_PER_BYTE) / lineBits);
}

/** Rows of D elements in a line; the rest of a line that D does not divide is padding. @throws SpattenError `config`. */
export function rowsPerLine(parameters: OperandBufferParameters, headDimension: number): number {
  const rows = Math.floor(parameters.lineElements / headDimension);
  if (rows >= 1) return rows;
  throw new SpattenError("config", "a line of the operand buffer is shorter than a row", {
    where: "lineElements",
    got: `${parameters.lineElements} for rows of ${headDimension} elements`,
    expected: `at least ${headDimension}`,
  });
}

/** Lines that so many rows take. */
export function linesOfRows(
  parameters: OperandBufferParameters,
  headDimension: number,
  rowCount: number,
): number {
  return Math.ceil(rowCount / rowsPerLine(parameters, headDimension));
}

/**
 * How a matrix fits: `double` beside another of its size, so that one is loaded while the other is read; `single` alone;
 * `streamed` not at all, so it is tiled or fetched again for each query. The paper states double buffering only.
 */
export type OperandBuffering = "double" | "single" | "streamed";

/** The capacity law: at most half the lines, at most all, or more. */
export function operandBuffering(
  parameters: OperandBufferParameters,
  headDimension: number,
  rowCount: number,
): OperandBuffering {
  const lines = linesOfRows(parameters, headDimension, rowCount);
  const capacity = capacityLines(parameters);
  if (2 * lines <= capacity) return "double";
  return lines <= capacity ? "single" : "streamed";
}
