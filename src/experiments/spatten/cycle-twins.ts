import { restingAt, type Steps } from "../../base/checkpoint.ts";
import { createRandom } from "../../base/random.ts";
import type { MachineCounters } from "../../machines/spatten/counters.ts";
import { cycleSteps } from "../../machines/spatten/cycle/cycle.ts";
import type { CycleOptions } from "../../machines/spatten/cycle/options.ts";
import type { SpattenParameters } from "../../machines/spatten/parameters.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { randomWorkloads } from "./random-workloads.ts";

/** A workload run twice: as users run it, and as its obvious twin does. */
export interface TwinRun {
  readonly seed: number;
  readonly usual: MachineCounters;
  readonly twin: MachineCounters;
}

/** Units of the cycle machine, whose order of evaluation must not show. */
const UNIT_COUNT = 7;

/** Random workloads, on a machine that skips idle cycles and on one that is clocked in every cycle. */
export function clockedTwins(parameters: SpattenParameters, count: number): Steps<readonly TwinRun[]> {
  return twins(parameters, randomWorkloads(count), () => ({ jumps: false }));
}

/** Random workloads, with the units evaluated in their order and in one that each seed draws. */
export function shuffledTwins(parameters: SpattenParameters, count: number): Steps<readonly TwinRun[]> {
  return twins(parameters, randomWorkloads(count), (seed) => ({ evaluationOrder: drawnOrder(seed) }));
}

/** True where cycles, bytes, stalls by cause, layers and every event are equal. */
export function isEqualRun({ usual, twin }: TwinRun): boolean {
  return JSON.stringify(usual) === JSON.stringify(twin);
}

function* twins(
  parameters: SpattenParameters,
  workloads: readonly AttentionWorkload[],
  optionsOf: (seed: number) => CycleOptions,
): Steps<readonly TwinRun[]> {
  const runs: TwinRun[] = [];
  for (const [seed, workload] of workloads.entries()) {
    const progress = { stage: "random workloads", done: seed, total: workloads.length };
    yield progress;
    const usual = yield* restingAt(cycleSteps(parameters, workload), progress);
    const twin = yield* restingAt(cycleSteps(parameters, workload, undefined, optionsOf(seed)), progress);
    runs.push({ seed, usual, twin });
  }
  return runs;
}

function drawnOrder(seed: number): readonly number[] {
  const random = createRandom(seed);
  return Array.from({ length: UNIT_COUNT }, (_, unit) => ({ unit, draw: random.next() }))
    .sort((left, right) => left.draw - right.draw)
    .map(({ unit }) => unit);
}
