import { densePlan, isDense } from "../../pruning/dense-plan.ts";
import type { RunSetting } from "./input-runner.ts";
import type { EvaluationInput, FinishedRow } from "./outcome.ts";
import type { RunOutcomes } from "./outcome-runner.ts";

/** Runs inputs in one go, each dense and pruned. */
export type RunRows = (inputs: readonly EvaluationInput[]) => Promise<FinishedRow[]>;

/** Dense runs are always of single precision. */
export const denseSetting: RunSetting = { plan: densePlan, arithmetic: "float32" };

/** A way to run rows under a plan; what would be computed twice alike runs once. */
export function createRowRunner(runOutcomes: RunOutcomes, setting: RunSetting): RunRows {
  const isSame = isDense(setting.plan) && setting.arithmetic === denseSetting.arithmetic;
  return async (inputs) => {
    const dense = await runOutcomes(inputs, denseSetting);
    const pruned = isSame ? dense : await runOutcomes(inputs, setting);
    return inputs.map(({ key }, at) => ({ key, dense: dense[at]!, pruned: pruned[at]! }));
  };
}
