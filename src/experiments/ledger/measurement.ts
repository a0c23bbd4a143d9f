import * as z from "zod/mini";
import type { SchemaOf } from "../../base/schema.ts";
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

/** A measurement that is kept for the next run, under its canonical JSON. */
export interface KeptMeasurement {
  readonly key: string;
  readonly report: MeasuredReport;
}

/** A line of a cache, as far as it has to be looked at: what is in it was written by the same build. */
export const keptMeasurementSchema = z.object({
  key: z.string(),
  report: z.looseObject({}),
}) as unknown as SchemaOf<KeptMeasurement>;
