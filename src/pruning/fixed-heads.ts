import { SpattenError } from "../base/errors.ts";
import type { PruningPlan } from "./plan.ts";

/**
 * The heads that a plan fixes for `layer`, ascending ids, or nothing where it fixes none; a short list goes on with its
 * last entry. @throws SpattenError `config` for ids that do not ascend or that the model lacks, or beside a head budget.
 */
export function fixedHeadsAtLayer(
  plan: PruningPlan,
  layer: number,
  headCount: number,
): readonly number[] | undefined {
  const { fixedHeads } = plan;
  if (fixedHeads === undefined) return undefined;
  if (plan.heads !== undefined) {
    throw new SpattenError("config", "a plan fixes its heads or prunes them by importance, not both", {
      where: `plan ${plan.name} at fixedHeads`,
      hint: "leave out heads or fixedHeads",
    });
  }
  const index = Math.min(layer, fixedHeads.length - 1);
  const heads = fixedHeads[index]!;
  const isFault = (head: number, at: number) => head >= headCount || (at > 0 && head <= heads[at - 1]!);
  const fault = heads.find(isFault);
  if (fault === undefined) return heads;
  throw new SpattenError("config", "fixed heads are no ascending list of the model's heads", {
    where: `plan ${plan.name} at fixedHeads.${index}`,
    got: `head ${fault} in ${heads.join(", ")}`,
    expected: `ascending ids below ${headCount}`,
  });
}
