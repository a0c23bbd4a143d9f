import { SpattenError } from "../../base/errors.ts";
import type { EvaluationInput } from "../evaluation/outcome.ts";
import type { RunOutcomes } from "../evaluation/outcome-runner.ts";
import { type PlanFrame, planParts } from "./candidate-plan.ts";
import { denseCandidate, type SearchSpace } from "./search-space.ts";
import type { LeftOut } from "./tuning.ts";

/** The space without what the engine lacks: each group is tried once on one input. */
export async function usableGroups(
  space: SearchSpace,
  frame: PlanFrame,
  runOutcomes: RunOutcomes,
  input: EvaluationInput,
): Promise<{ readonly space: SearchSpace; readonly leftOut: readonly LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  const dense = denseCandidate(space);
  const usable = new Set<string>();
  for (const [index, { id, title, knobs }] of space.groups.entries()) {
    const deepest = dense.with(
      index,
      knobs.map(({ settings }) => settings.length - 1),
    );
    const plan = { name: id, source: "whether the engine has it", ...planParts(space, deepest, frame) };
    try {
      await runOutcomes([input], { plan, arithmetic: "float32" });
      usable.add(id);
    } catch (error) {
      if (!(error instanceof SpattenError) || error.code !== "missing-engine") throw error;
      leftOut.push({ technique: title, reason: "the engine has no step for it" });
    }
  }
  return { space: { groups: space.groups.filter(({ id }) => usable.has(id)) }, leftOut };
}
