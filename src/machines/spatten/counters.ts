import type { MachineReport } from "../machine-report.ts";

/**
 * What any fidelity of this machine yields: raw counts, before energy, area and seconds. Its `assumptions` are what the
 * fidelity takes for granted, beyond the machine itself.
 */
export type MachineCounters = Pick<
  MachineReport,
  | "cycles"
  | "bytes"
  | "operations"
  | "dramCommands"
  | "phases"
  | "layers"
  | "units"
  | "events"
  | "bound"
  | "assumptions"
>;
