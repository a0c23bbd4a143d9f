import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import type { EvaluationInput, FinishedRow } from "./outcome.ts";
import type { RunOutcome } from "./outcome-runner.ts";

/** Runs one input, dense and pruned. */
export type RunRow = (input: EvaluationInput) => Promise<FinishedRow>;

/** The plan that removes nothing. */
export const densePlan: PruningPlan = parsePlan({ name: "none", source: "nothing is removed" });

/** Whether a plan removes and narrows nothing. */
export function isDense({ tokens, heads, fixedHeads, values, quantization }: PruningPlan): boolean {
  return [tokens, heads, fixedHeads, values, quantization].every((part) => part === undefined);
}

/** Rows of a plan: each input dense and pruned, or once where the plan removes nothing. */
export function createRowRunner(runOutcome: RunOutcome, plan: PruningPlan): RunRow {
  return async (input) => {
    const dense = await runOutcome(input, densePlan);
    return { key: input.key, dense, pruned: isDense(plan) ? dense : await runOutcome(input, plan) };
  };
}
