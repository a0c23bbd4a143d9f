import type { Checkpoint, Progress } from "../base/checkpoint.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import type { Sidecar } from "../workload/tensor-sidecar.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";
import type { MachineAnchors } from "./anchors.ts";
import type { Counterfactual } from "./explain.ts";
import type { FunctionReport } from "./function-report.ts";
import type { Fidelity, MachineReport } from "./machine-report.ts";
import type { RunObserver } from "./run-observer.ts";

/** How a simulation is to be done. */
export interface SimulateOptions {
  /** Default `analytical`. */
  readonly fidelity?: Fidelity;
  /** `bottom-up` (default): tables only. `calibrated`: scaled, unit by unit, to the paper's power and area. */
  readonly energyModel?: "bottom-up" | "calibrated";
  /**
   * Seeds of what a fidelity draws: pivots, and scores and rows that the workload does not give. Default: 0 to 4 where
   * something is drawn, and the report tells the run of the median; else 0.
   */
  readonly seeds?: readonly number[];
  /** Only the jobs of that iteration. */
  readonly iteration?: number;
  /** Called between small pieces of work; default: never rests. */
  readonly checkpoint?: Checkpoint;
  /** Sees the run go by; with several seeds, one run after the other. */
  readonly observer?: RunObserver;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How a computation is to be done. */
export type ComputeOptions = Pick<SimulateOptions, "iteration" | "checkpoint" | "onProgress">;

/** What no run of a machine can exceed. */
export interface MachineRoofs {
  /** Executed operations, a multiply-accumulate as two. */
  readonly gigaoperationsPerSecond: number;
  readonly gigabytesPerSecond: number;
}

/** A simulated accelerator, as a row of a registry. */
export interface Machine {
  readonly id: string;
  readonly title: string;
  /** Paper table or configuration behind the parameters. */
  readonly source: string;
  /** The sentence that names the paper whose machine it is, for a methods section; absent for SpAtten's own. */
  readonly citation?: string;
  /** What `simulate` can be asked for. */
  readonly fidelities: readonly Fidelity[];
  /** The resolved parameters: plain data, hashed into each report. */
  readonly parameters: unknown;
  /** Peak of its multipliers and of its DRAM; absent where nothing bounds it so. */
  readonly roofs?: MachineRoofs;
  /** Published figures that its figures rest on under an energy model; absent for none. */
  readonly anchors?: (energyModel: NonNullable<SimulateOptions["energyModel"]>) => MachineAnchors;
  /** True where `energyModel: "calibrated"` can be asked for. */
  readonly calibrates?: boolean;
  /**
   * What the machine makes of a workload.
   * @throws SpattenError `workload` for jobs that it cannot run, `missing-engine` for a fidelity that it lacks,
   *   `config` where the parameters do not fit the workload, `aborted` where the checkpoint says so.
   */
  simulate(workload: AttentionWorkload, options?: SimulateOptions): Promise<MachineReport>;
  /**
   * True where `simulate` and `counterfactuals` ask no more of a workload than `WorkloadSource` promises: jobs that can be
   * iterated again and again, and need not be an array. Any other machine is given an array.
   */
  readonly readsStreams?: boolean;
  /** What `explain` reruns: this machine, or the workload, with one thing made ideal. Absent where nothing is offered. */
  counterfactuals?(
    workload: WorkloadSource,
    checkpoint?: Checkpoint,
  ): readonly Counterfactual[] | Promise<readonly Counterfactual[]>;
  /**
   * What the machine computes with the tensors beside a workload, against attention in floats and the recorded decisions.
   * Absent where a machine only counts. @throws SpattenError `workload`, `config`, `input`, `aborted`.
   */
  compute?(workload: AttentionWorkload, tensors: Sidecar, options?: ComputeOptions): Promise<FunctionReport>;
  /**
   * This machine with a user's configuration over its parameters; `where` names the file in errors. Absent where
   * nothing can be set. @throws SpattenError `config`.
   */
  configure?(configuration: unknown, where?: string): Machine;
}
