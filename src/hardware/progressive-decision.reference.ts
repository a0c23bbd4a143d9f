import { needsLeastSignificantBits } from "../pruning/progressive.ts";
import type { LowBitDecision } from "./progressive-decision.ts";

/** The decision by definition: the largest of all codes, and pruning's own test on codes and code threshold. */
export function decisionReference(codes: ArrayLike<number>, thresholdCode: number): LowBitDecision {
  return {
    largestCode: Math.max(0, ...Array.from(codes)),
    needsLowBits: needsLeastSignificantBits(codes, thresholdCode),
  };
}
