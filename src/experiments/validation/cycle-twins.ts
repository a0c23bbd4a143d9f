import type { Steps } from "../../base/checkpoint.ts";
import { lookUp } from "../../base/registry.ts";
import { type SpattenPreset, spattenPresets } from "../../machines/spatten/presets.ts";
import { clockedTwins, isEqualRun, shuffledTwins, type TwinRun } from "../spatten/cycle-twins.ts";
import type { Oracle } from "./oracle.ts";
import { differencesOf, Tally } from "./tally.ts";

/** Presets whose cycle fidelity is compared; `spatten-e2e` differs from the first in fully connected layers alone. */
const comparedPresets = ["spatten", "spatten-eighth"].map((id) =>
  lookUp(spattenPresets, id, "machine preset"),
);
const WORKLOAD_COUNT = 200;
const EVERYTHING = "cycles, bytes, stalls by cause, layers and every event";

/** The machine that jumps from event to event, and the one that is clocked throughout. */
export const clockedOracles: readonly Oracle[] = comparedPresets.map(({ id, parameters }: SpattenPreset) => ({
  id: `clocked-${id}`,
  title: `${id}, cycle: skipping idle cycles`,
  compared: `${EVERYTHING}, with a machine clocked in every cycle, over random workloads`,
  kind: "own slow twin" as const,
  needs: [],
  run: () => outcomeOf(clockedTwins(parameters, WORKLOAD_COUNT)),
}));

/** A result that depended on the order of evaluation would be one of the program, not of hardware. */
export const orderOracles: readonly Oracle[] = comparedPresets.map(({ id, parameters }: SpattenPreset) => ({
  id: `order-${id}`,
  title: `${id}, cycle: order of evaluation`,
  compared: `${EVERYTHING}, with units evaluated in a drawn order, over random workloads`,
  kind: "own slow twin" as const,
  needs: [],
  run: () => outcomeOf(shuffledTwins(parameters, WORKLOAD_COUNT)),
}));

function* outcomeOf(steps: Steps<readonly TwinRun[]>) {
  const runs = yield* steps;
  const tally = new Tally();
  for (const run of runs) {
    const where = `random workload ${run.seed}`;
    tally.add(isEqualRun(run) ? [] : differencesOf(where, parts(run.twin), parts(run.usual)));
  }
  const cycles = runs.reduce((sum, { usual }) => sum + usual.cycles, 0);
  return tally.outcome("workloads", `${cycles} cycles in all`);
}

/** Each part of the counters as text, so that a difference names it. */
function parts(counters: object): Record<string, string> {
  return Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, JSON.stringify(value)]));
}
