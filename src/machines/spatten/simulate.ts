import { finishWithRests, neverRest, type Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { SimulateOptions } from "../machine.ts";
import { type Fidelity, MACHINE_REPORT_SCHEMA, type MachineReport } from "../machine-report.ts";
import { analyticalSteps } from "./analytical.ts";
import { energyAssumptions } from "./assumptions.ts";
import { fitCalibration } from "./calibration.ts";
import type { MachineCounters } from "./counters.ts";
import type { CycleOptions } from "./cycle/options.ts";
import { areaOf, energyOf, secondsOf } from "./energy-and-area.ts";
import type { ResolvedMachineConfig } from "./machine-config.ts";
import type { SpattenParameters } from "./parameters.ts";
import { medianRun, type SeededCounters, seedSteps } from "./seeds.ts";

/** A way to time this machine: the same counters, at whatever fidelity. */
export type CounterEngine = (
  parameters: SpattenParameters,
  workload: WorkloadSource,
  iteration?: number,
  options?: CycleOptions,
) => Steps<MachineCounters>;

// The clocked machine is many files, which most runs never need.
const engines: Readonly<Partial<Record<Fidelity, () => Promise<CounterEngine>>>> = {
  analytical: async () => analyticalSteps,
  cycle: async () => (await import("./cycle/cycle.ts")).cycleSteps,
};

/** What this machine can be asked for. */
export const spattenFidelities = Object.keys(engines) as readonly Fidelity[];

/** Times a workload and pays for it. @throws SpattenError `missing-engine`, `workload`, `config`. */
export async function simulateSpatten(
  config: ResolvedMachineConfig,
  workload: WorkloadSource,
  options: SimulateOptions = {},
): Promise<MachineReport> {
  const { fidelity = "analytical", energyModel = "bottom-up", iteration, checkpoint = neverRest } = options;
  const { parameters } = config;
  const engine = await engineOf(config.id, fidelity);
  const runs: SeededCounters[] = [];
  const seeds = await finishWithRests(seedSteps(fidelity, workload, options.seeds), checkpoint);
  for (const seed of seeds) {
    const steps = engine(parameters, workload, iteration, { seed, observer: options.observer });
    const onProgress = seedProgress(options.onProgress, runs.length, seeds.length);
    runs.push({ seed, counters: await finishWithRests(steps, checkpoint, onProgress) });
  }
  const { seed, counters, spread } = medianRun(runs);
  const calibration = energyModel === "calibrated" ? fitCalibration(parameters.energy) : undefined;
  const { assumptions, ...counted } = counters;
  return {
    schema: MACHINE_REPORT_SCHEMA,
    machine: config.id,
    workload: workload.header.source,
    fidelity,
    ...counted,
    seconds: secondsOf(parameters, counters.cycles),
    energyModel,
    energyPicojoules: energyOf(parameters, counters, calibration),
    areaSquareMillimetres: areaOf(parameters, calibration),
    ...(calibration === undefined ? {} : { calibration }),
    seed,
    ...(spread === undefined ? {} : { spread }),
    assumptions: [
      ...workload.header.assumptions.map((line) => `workload: ${line}`),
      ...assumptions,
      ...energyAssumptions(parameters, calibration !== undefined),
    ],
    configHash: configHash(parameters),
  };
}

/** One count over the runs of all seeds. */
function seedProgress(
  onProgress: SimulateOptions["onProgress"],
  runsDone: number,
  runCount: number,
): SimulateOptions["onProgress"] {
  if (onProgress === undefined || runCount === 1) return onProgress;
  return ({ stage, done, total }) =>
    onProgress({ stage, done: runsDone * total + done, total: runCount * total });
}

async function engineOf(machine: string, fidelity: Fidelity): Promise<CounterEngine> {
  const load = engines[fidelity];
  if (load !== undefined) return load();
  throw new SpattenError("missing-engine", `machine "${machine}" has no fidelity "${fidelity}"`, {
    hint: `it has: ${spattenFidelities.join(", ")}`,
  });
}
