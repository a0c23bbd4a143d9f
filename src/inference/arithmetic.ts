import { requireWidth } from "../base/arithmetic/bit-codes.ts";
import { isSpattenError, SpattenError } from "../base/errors.ts";
import { hintForName } from "../base/nearest.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { operandBitsOf, UNQUANTIZED_BITS } from "./operand-bits.ts";

/**
 * The numbers of the attention: `float32`, or the machine's own (`spatten`): operands of 12 bits, integer products, a
 * Taylor exponential and probabilities of 12 bits. What lies outside the attention is float32 in both.
 */
export type Arithmetic = "float32" | "spatten";

export const arithmetics: readonly Arithmetic[] = ["float32", "spatten"];

/** What a workload that was decided in the machine's numbers takes for granted. */
export const spattenArithmeticAssumption =
  "decisions come from the machine's number formats: 12-bit operands and probabilities, fifth-order Taylor exponential";

/** Refuses what cannot be computed. @throws SpattenError `config` for a name or a width, `missing-engine`. */
export function requireArithmetic(
  engine: { readonly id: string; readonly arithmetics?: readonly Arithmetic[] | undefined },
  arithmetic: Arithmetic,
  plan: PruningPlan,
): void {
  if (!arithmetics.includes(arithmetic)) {
    throw new SpattenError("config", `unknown arithmetic "${arithmetic}"`, {
      hint: hintForName(String(arithmetic), arithmetics),
    });
  }
  if (arithmetic === "float32") return;
  if (engine.arithmetics?.includes(arithmetic) !== true) {
    throw new SpattenError("missing-engine", `engine "${engine.id}" has no arithmetic "${arithmetic}"`, {
      hint: "the reference engine computes in the machine's number formats",
    });
  }
  requireWidths(plan);
}

function requireWidths(plan: PruningPlan): void {
  const { queryBits, keyBits, keyLsbBits, valueBits } = operandBitsOf(plan);
  try {
    requireWidth({ elementBits: queryBits, lowBits: 0 }, UNQUANTIZED_BITS);
    requireWidth({ elementBits: keyBits, lowBits: keyLsbBits }, UNQUANTIZED_BITS);
    requireWidth({ elementBits: valueBits, lowBits: 0 }, UNQUANTIZED_BITS);
  } catch (error) {
    if (!isSpattenError(error)) throw error;
    const { got, expected } = error.details;
    throw new SpattenError("config", "the machine has no such number format", {
      where: `plan ${plan.name} at quantization`,
      ...(got === undefined ? {} : { got }),
      ...(expected === undefined ? {} : { expected }),
    });
  }
}
