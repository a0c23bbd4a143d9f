import type { LayerReport, OperationCounts, PhaseReport, StreamBytes, UnitTime } from "../machine-report.ts";

/** What any fidelity of this machine yields: raw counts, before energy, area and seconds. */
export interface MachineCounters {
  readonly cycles: number;
  readonly bytes: StreamBytes;
  readonly operations: OperationCounts;
  readonly dramCommands: Readonly<Record<string, number>>;
  readonly phases: readonly PhaseReport[];
  readonly layers: readonly LayerReport[];
  readonly units: Readonly<Record<string, UnitTime>>;
  readonly events: Readonly<Record<string, number>>;
  readonly bound: string;
  /** What this fidelity takes for granted, beyond the machine itself. */
  readonly assumptions: readonly string[];
}
