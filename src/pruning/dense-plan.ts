import { type PruningPlan, parsePlan } from "./plan.ts";

/** The plan that removes nothing. */
export const densePlan: PruningPlan = parsePlan({ name: "none", source: "nothing is removed" });

/** Whether a plan removes and narrows nothing, whatever it is called. */
export function isDense({ tokens, heads, fixedHeads, values, quantization }: PruningPlan): boolean {
  return [tokens, heads, fixedHeads, values, quantization].every((part) => part === undefined);
}
