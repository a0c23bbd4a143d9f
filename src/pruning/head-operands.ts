import { joinLowCodes, packCodes, requireWidth, unpackCodes } from "../base/arithmetic/bit-codes.ts";
import { quantize, splitBits } from "./quantization.ts";

/** One matrix of a head as the multipliers see it: (rows, head dimension). */
export interface Operand {
  readonly codes: Int16Array;
  /** Value of code 1. */
  readonly step: number;
}

/** Keys, whose low bits may wait in DRAM. */
export interface KeyOperand extends Operand {
  /** The same codes before the low bits are there: these read as 0. */
  readonly codesWithoutLowBits: Int16Array;
  readonly lowBits: number;
}

/** Q, K and V of one head in floats: (queries, D), (keys, D), (keys, D). */
export interface HeadFloatOperands {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** Q, K and V of one head on chip. */
export interface HeadOperands {
  readonly query: Operand;
  readonly key: KeyOperand;
  readonly value: Operand;
}

/** The widths of a head's matrices in DRAM. */
export interface OperandBits {
  readonly queryBits: number;
  readonly keyBits: number;
  /** Low bits of K that lie apart; 0 where there are none. */
  readonly keyLsbBits: number;
  readonly valueBits: number;
}

/**
 * The matrices of a head on their way through DRAM: linear symmetric codes of those widths, one scale a matrix, high
 * bits of K apart from the low ones, then through the bit-width converter. SpAtten sections III-D and IV-C.
 * @throws SpattenError `config` for a width that the converter lacks, `input` for a value that is not finite.
 */
export function loadOperands(
  floats: HeadFloatOperands,
  bits: OperandBits,
  datapathBits: number,
): HeadOperands {
  return {
    query: loadWhole(floats.query, bits.queryBits, datapathBits),
    key: loadKeys(floats.key, bits.keyBits, bits.keyLsbBits, datapathBits),
    value: loadWhole(floats.value, bits.valueBits, datapathBits),
  };
}

/**
 * Value of code 1 of a head's outputs: the largest of them is at most the largest |V|, since probabilities add up to 1; so
 * that one is the largest code of the datapath.
 */
export function outputStepOf({ value }: HeadOperands, datapathBits: number): number {
  const largestCode = 2 ** (datapathBits - 1) - 1;
  const largestValue = value.codes.reduce((most, code) => Math.max(most, Math.abs(code)), 0) * value.step;
  return largestValue / largestCode;
}

function loadWhole(values: Float32Array, elementBits: number, datapathBits: number): Operand {
  const width = { elementBits, lowBits: 0 };
  requireWidth(width, datapathBits);
  const { codes, scale } = quantize(values, elementBits);
  return { codes: unpackCodes(packCodes(codes, elementBits), 0, codes.length, width), step: scale };
}

function loadKeys(
  values: Float32Array,
  elementBits: number,
  lowBits: number,
  datapathBits: number,
): KeyOperand {
  if (lowBits === 0) {
    const whole = loadWhole(values, elementBits, datapathBits);
    return { ...whole, codesWithoutLowBits: whole.codes, lowBits };
  }
  const width = { elementBits, lowBits };
  requireWidth(width, datapathBits);
  const { codes, scale } = quantize(values, elementBits + lowBits);
  const { mostSignificant, leastSignificant } = splitBits(codes, lowBits);
  const highBytes = packCodes(mostSignificant, elementBits);
  const lowBytes = packCodes(leastSignificant, lowBits);
  const codesWithoutLowBits = unpackCodes(highBytes, 0, codes.length, width);
  return {
    codes: joinLowCodes(codesWithoutLowBits, lowBytes, 0, lowBits),
    codesWithoutLowBits,
    lowBits,
    step: scale,
  };
}
