import { operandBitsOf, UNQUANTIZED_BITS } from "../../inference/operand-bits.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { Outcome } from "./outcome.ts";

const FLOAT32_BITS = 32;

/** Bytes of a dense run whose numbers were all of float32. */
export function float32DramBytes({ dramBytes }: Pick<Outcome, "dramBytes">): number {
  return (dramBytes * FLOAT32_BITS) / UNQUANTIZED_BITS;
}

/**
 * Bytes of a dense run whose operands had the plan's widths, every bit of K included: what is left between it and the
 * pruned run is pruning alone. Outputs keep the width of the datapath, as they do in the pruned run.
 */
export function sameBitsDramBytes(
  { dramBytes, operandDramBytes }: Pick<Outcome, "dramBytes" | "operandDramBytes">,
  plan: PruningPlan,
): number {
  const { queryBits, keyBits, keyLsbBits, valueBits } = operandBitsOf(plan);
  const bitsOf = { query: queryBits, key: keyBits + keyLsbBits, value: valueBits };
  return (["query", "key", "value"] as const).reduce(
    // Wider operands than the datapath are stored at its width.
    (bytes, operand) =>
      bytes +
      operandDramBytes[operand] * (Math.min(bitsOf[operand], UNQUANTIZED_BITS) / UNQUANTIZED_BITS - 1),
    dramBytes,
  );
}
