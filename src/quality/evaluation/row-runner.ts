import type { Arithmetic } from "../../inference/arithmetic.ts";
import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import type { EvaluationInput, FinishedRow } from "./outcome.ts";
import type { RunOutcomes } from "./outcome-runner.ts";

/** Runs inputs, each dense and pruned. */
export type RunRows = (inputs: readonly EvaluationInput[]) => Promise<FinishedRow[]>;

/** The plan that removes nothing. */
export const densePlan: PruningPlan = parsePlan({ name: "none", source: "nothing is removed" });

/** Whether a plan removes and narrows nothing. */
export function isDense({ tokens, heads, fixedHeads, values, quantization }: PruningPlan): boolean {
  return [tokens, heads, fixedHeads, values, quantization].every((part) => part === undefined);
}

/** Rows of a plan: dense in float32, pruned in the arithmetic; what would be computed twice alike runs once. */
export function createRowRunner(
  runOutcomes: RunOutcomes,
  plan: PruningPlan,
  arithmetic: Arithmetic = "float32",
): RunRows {
  const isSame = isDense(plan) && arithmetic === "float32";
  return async (inputs) => {
    const dense = await runOutcomes(inputs, densePlan, "float32");
    const pruned = isSame ? dense : await runOutcomes(inputs, plan, arithmetic);
    return inputs.map(({ key }, at) => ({ key, dense: dense[at]!, pruned: pruned[at]! }));
  };
}
