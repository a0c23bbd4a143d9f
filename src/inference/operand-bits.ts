import type { OperandBits } from "../pruning/head-operands.ts";
import type { PruningPlan } from "../pruning/plan.ts";

/** Width of operands that no plan quantizes: the datapath of the machine (SpAtten, Table I). */
export const UNQUANTIZED_BITS = 12;

/** The widths in DRAM that a plan gives to the operands of its heads. */
export function operandBitsOf({ quantization }: PruningPlan): OperandBits {
  if (quantization === undefined) {
    const whole = UNQUANTIZED_BITS;
    return { queryBits: whole, keyBits: whole, keyLsbBits: 0, valueBits: whole };
  }
  const { queryBits, valueBits } = quantization;
  return quantization.kind === "static"
    ? { queryBits, keyBits: quantization.keyBits, keyLsbBits: 0, valueBits }
    : {
        queryBits,
        keyBits: quantization.mostSignificantBits,
        keyLsbBits: quantization.leastSignificantBits,
        valueBits,
      };
}
