import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import type { RunSetting } from "./input-runner.ts";
import type { EvaluationInput, FinishedRow } from "./outcome.ts";
import type { RunOutcomes } from "./outcome-runner.ts";

/** Runs inputs in one go, each dense and pruned. */
export type RunRows = (inputs: readonly EvaluationInput[]) => Promise<FinishedRow[]>;

/** The plan that removes nothing. */
export const densePlan: PruningPlan = parsePlan({ name: "none", source: "nothing is removed" });

/** Dense runs are always of single precision. */
export const denseSetting: RunSetting = { plan: densePlan, arithmetic: "float32" };

/** Whether a plan removes and narrows nothing. */
export function isDense({ tokens, heads, fixedHeads, values, quantization }: PruningPlan): boolean {
  return [tokens, heads, fixedHeads, values, quantization].every((part) => part === undefined);
}

/** A way to run rows under a plan; what would be computed twice alike runs once. */
export function createRowRunner(runOutcomes: RunOutcomes, setting: RunSetting): RunRows {
  const isSame = isDense(setting.plan) && setting.arithmetic === denseSetting.arithmetic;
  return async (inputs) => {
    const dense = await runOutcomes(inputs, denseSetting);
    const pruned = isSame ? dense : await runOutcomes(inputs, setting);
    return inputs.map(({ key }, at) => ({ key, dense: dense[at]!, pruned: pruned[at]! }));
  };
}
