import { neverRest } from "../base/checkpoint.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";
import type { Machine, SimulateOptions } from "./machine.ts";
import type { MachineReport } from "./machine-report.ts";
import { type PaceWindow, PaceWindows } from "./pace-windows.ts";
import { workloadFor } from "./workload-for.ts";

/** A machine, or a workload, with one thing of it made ideal. */
export interface Counterfactual {
  readonly id: string;
  readonly title: string;
  readonly machine: Machine;
  readonly workload: WorkloadSource;
}

/** What a counterfactual came to. */
export interface CounterfactualResult {
  readonly id: string;
  readonly title: string;
  readonly cycles: number;
  /** Cycles as it is ÷ cycles of this rerun. */
  readonly speedupRatio: number;
}

/** Why a run takes as long as it does. */
export interface Explanation {
  /** What set the pace, from the first cycle to the last. */
  readonly pace: readonly PaceWindow[];
  /** Each a real rerun, at the same fidelity and seed; the largest speedup first. */
  readonly counterfactuals: readonly CounterfactualResult[];
}

/**
 * Runs a workload again with the seed of its report: once to see what set the pace when, and once for each
 * counterfactual that the machine offers. @throws SpattenError as `simulate` does.
 */
export async function explain(
  machine: Machine,
  workload: WorkloadSource,
  report: MachineReport,
  options: SimulateOptions = {},
): Promise<Explanation> {
  const windows = new PaceWindows();
  const rerun = { ...options, fidelity: report.fidelity, seeds: [report.seed] };
  const given = await workloadFor(machine, workload, options);
  const base = await machine.simulate(given, {
    ...rerun,
    observer: { pace: (startCycle, endCycle, cause) => windows.add(startCycle, endCycle, cause) },
  });
  const counterfactuals: CounterfactualResult[] = [];
  const changes = (await machine.counterfactuals?.(given, options.checkpoint ?? neverRest)) ?? [];
  for (const change of changes) {
    const changed = await workloadFor(change.machine, change.workload, options);
    const { cycles } = await change.machine.simulate(changed, rerun);
    const { id, title } = change;
    counterfactuals.push({ id, title, cycles, speedupRatio: base.cycles / cycles });
  }
  counterfactuals.sort((left, right) => right.speedupRatio - left.speedupRatio);
  return { pace: windows.windows(), counterfactuals };
}
