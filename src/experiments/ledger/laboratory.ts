import { type Checkpoint, neverRest } from "../../base/checkpoint.ts";
import { canonicalJson } from "../../base/json.ts";
import { createLimit } from "../../base/limit.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import { type Anchor, anchors as publishedAnchors } from "../../machines/anchors.ts";
import { anchorsBehind } from "../../machines/compare.ts";
import { configuredMachine } from "../../machines/configured-machine.ts";
import type { Machine } from "../../machines/machine.ts";
import { machinesFrom } from "../../machines/registry.ts";
import { workloadFor } from "../../machines/workload-for.ts";
import { type AssumedValues, ownValues } from "../spatten/benchmarks/assumption.ts";
import { type Benchmark, benchmarksFrom } from "../spatten/benchmarks/benchmarks.ts";
import type { Laboratory } from "./experiment.ts";
import type { Measured, MeasuredReport, Measurement } from "./measurement.ts";
import { anchorsOfWorkload, type NamedWorkload, workloadNamed } from "./named-workloads.ts";
import type { StoredResult } from "./stored-result.ts";

/** Runs a measurement: here, in another thread, or not again. */
export type RunMeasurement = (measurement: Measurement) => Promise<MeasuredReport>;

export interface LaboratoryOptions {
  /** Default: those that were published. */
  readonly anchors?: Registry<Anchor>;
  /** Default: the built-in ones, calibrated on the anchors. */
  readonly machines?: Registry<Machine>;
  readonly stored?: Registry<StoredResult>;
  /** Values in place of assumptions, for every benchmark that has such. */
  readonly assume?: AssumedValues;
  /** Instead of `runHere`, given that. */
  readonly run?: (measurement: Measurement, runHere: RunMeasurement) => Promise<MeasuredReport>;
  /** Measurements that run at one time; by default one, so that each is finished before the next. */
  readonly concurrency?: number;
  readonly checkpoint?: Checkpoint;
  /** Told as a measurement is asked for, and as it ends. */
  readonly onMeasurement?: (state: "asked" | "done") => void;
}

/** Machines and benchmarks on some anchors, with every simulation run once. */
export function createLaboratory(options: LaboratoryOptions = {}): Laboratory {
  const { anchors = publishedAnchors, stored = [], checkpoint = neverRest, onMeasurement } = options;
  const machines = options.machines ?? machinesFrom(anchors);
  const benchmarks = benchmarksFrom(anchors);
  const machineOf = ({ machine }: Measurement): Machine =>
    typeof machine === "string"
      ? lookUp(machines, machine, "machine")
      : configuredMachine(machines, { id: machine.extends, ...machine });
  const runHere: RunMeasurement = async ({ machine, workload, ...request }) => {
    const chosen = machineOf({ machine, workload });
    const source = workloadNamed(workload, benchmarks);
    const run = { ...request, checkpoint };
    const report = await chosen.simulate(await workloadFor(chosen, source, run), run);
    const { layers: _, assumptions: __, calibration: ___, ...measured } = report;
    return measured;
  };
  const simulated = representatives(benchmarks);
  const limit = createLimit(options.concurrency ?? 1);
  const known = new Map<string, Promise<Measured>>();
  const measure = async (measurement: Measurement): Promise<Measured> => {
    const { run = runHere } = options;
    const report = await limit(() => run(measurement, runHere));
    const { seconds, energy, area } = anchorsBehind(machineOf(measurement), report);
    const workload = anchorsOfWorkload(measurement.workload, benchmarks);
    return {
      report,
      hingesOn: { seconds: [...seconds, ...workload], energy: [...energy, ...workload], area, workload },
    };
  };
  return {
    ...{ anchors, machines, benchmarks, stored },
    measure: (asked) => {
      const measurement = { ...asked, workload: workloadOf(asked.workload, simulated, options.assume) };
      const key = canonicalJson(measurement);
      let running = known.get(key);
      if (running === undefined) {
        onMeasurement?.("asked");
        running = measure(measurement);
        known.set(key, running);
        running.then(() => onMeasurement?.("done")).catch(() => undefined);
      }
      return running;
    },
  };
}

/** Of each benchmark the first one that differs in the name of its task alone: their workload is simulated once. */
function representatives(benchmarks: Registry<Benchmark>): ReadonlyMap<string, Benchmark> {
  const first = new Map<string, Benchmark>();
  return new Map(
    benchmarks.map((row) => {
      const madeFrom = canonicalJson([row.model, row.assumptions]);
      if (!first.has(madeFrom)) first.set(madeFrom, row);
      return [row.id, first.get(madeFrom)!];
    }),
  );
}

/** The workload of a benchmark under a user's assumptions, where the experiment does not ask for its own. */
function workloadOf(
  workload: NamedWorkload,
  benchmarks: ReadonlyMap<string, Benchmark>,
  given: AssumedValues | undefined,
): NamedWorkload {
  const row = workload.kind === "benchmark" ? benchmarks.get(workload.id) : undefined;
  // An unknown benchmark is told by whoever makes its workload.
  if (workload.kind !== "benchmark" || row === undefined) return workload;
  const { id, assumptions } = row;
  const own = ownValues(assumptions, given);
  return own === undefined
    ? { ...workload, id }
    : { ...workload, id, assume: { ...own, ...workload.assume } };
}
