import type { SimulateOptions } from "../../machines/machine.ts";
import type { MachineReport } from "../../machines/machine-report.ts";
import type { NamedWorkload } from "./named-workloads.ts";

/** A machine by its name, or a preset with other parameters. */
export type MachineChoice = string | { readonly extends: string; readonly [parameter: string]: unknown };

/** A simulation that rows are made of, as plain data: its own name in a cache, and what a worker thread is sent. */
export interface Measurement
  extends Pick<SimulateOptions, "fidelity" | "energyModel" | "seeds" | "iteration"> {
  readonly machine: MachineChoice;
  readonly workload: NamedWorkload;
}

/** A report without what no row reads. */
export type MeasuredReport = Omit<MachineReport, "layers" | "assumptions" | "calibration">;

/** A measurement, with the anchors behind its figures. */
export interface Measured {
  readonly report: MeasuredReport;
  readonly hingesOn: {
    readonly seconds: readonly string[];
    readonly energy: readonly string[];
    readonly area: readonly string[];
    /** Behind counts: bytes and operations. */
    readonly workload: readonly string[];
  };
}

/** The same text for the same measurement, whatever the order of its keys. */
export function measurementKey(measurement: Measurement): string {
  return JSON.stringify(measurement, (_, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
}
