import { groupsOf } from "../../base/groups-of.ts";
import { configHash } from "../../base/json.ts";
import { densePlan } from "../../pruning/dense-plan.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { inParallel } from "../evaluation/in-parallel.ts";
import type { Outcome, PlannedInput } from "../evaluation/outcome.ts";
import type { RunOutcomes } from "../evaluation/outcome-runner.ts";

export interface OutcomeStoreOptions {
  readonly runOutcomes: RunOutcomes;
  /** Inputs in one go, and such groups at one time. */
  readonly batchSize: number;
  readonly concurrency: number;
  /** Runs the first input of a plan once more beforehand, where wall time is what counts: a graph is built then. */
  readonly warmsUp: boolean;
  /** Rests between groups. */
  readonly onGroup: () => Promise<void>;
}

/** Outcomes of dense runs, each made once, and of the plans that were looked at last. */
export interface OutcomeStore {
  /** The outcomes of a plan on these inputs, in their order. */
  outcomesOf(plan: PruningPlan, inputs: readonly PlannedInput[]): Promise<Outcome[]>;
}

/** Outcomes of plans that stay at hand: a vector of a sentence takes a few kilobytes. */
const KEPT_OUTCOMES = 40_000;

/** A store in front of what runs inputs: a candidate on more rows runs only the further ones. */
export function createOutcomeStore(options: OutcomeStoreOptions): OutcomeStore {
  const ofPlan = new Map<string, Map<string, Outcome>>();
  const denseKey = configHash(densePlan);
  const letGo = (): void => {
    let count = [...ofPlan.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, { size }] of ofPlan) {
      if (count <= KEPT_OUTCOMES || ofPlan.size <= 2) return;
      if (key === denseKey) continue;
      ofPlan.delete(key);
      count -= size;
    }
  };
  return {
    outcomesOf: async (plan, inputs) => {
      const key = configHash(plan);
      const outcomes = ofPlan.get(key) ?? new Map<string, Outcome>();
      // The plan that was looked at last is let go of last.
      ofPlan.delete(key);
      ofPlan.set(key, outcomes);
      const setting = { plan, arithmetic: "float32" } as const;
      const missing = inputs.filter((input) => !outcomes.has(input.key));
      if (options.warmsUp && outcomes.size === 0 && missing.length > 0) {
        await options.runOutcomes([missing[0]!.make()], setting);
      }
      await inParallel(groupsOf(missing, options.batchSize), options.concurrency, async (group) => {
        const made = await options.runOutcomes(
          group.map((input) => input.make()),
          setting,
        );
        for (const [at, input] of group.entries()) outcomes.set(input.key, made[at]!);
        await options.onGroup();
      });
      letGo();
      return inputs.map((input) => outcomes.get(input.key)!);
    },
  };
}
