import { isSpattenError, SpattenError } from "../base/errors.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";
import { type MachineAnchors, noAnchors } from "./anchors.ts";
import { type FigureConventions, figuresOf, type MachineFigures } from "./figures.ts";
import type { Machine, MachineRoofs, SimulateOptions } from "./machine.ts";
import type { Fidelity, MachineReport } from "./machine-report.ts";
import { workloadFor } from "./workload-for.ts";

export const COMPARISON_SCHEMA = "spatten/comparison@1";

/** The conventions of SpAtten's Table III. */
export const tableThreeConventions: FigureConventions = {
  operationsPerMultiplyAccumulate: 2,
  operations: "dense-equivalent",
  dramEnergy: "included",
};

/** Where a run stands under the roofs of its machine; executed operations, a multiply-accumulate as two. */
export interface RooflineFigures {
  readonly operationsPerByte: number;
  readonly gigaoperationsPerSecond: number;
  /** Null where the machine names none. */
  readonly roofs: MachineRoofs | null;
}

/** One machine of a comparison. Ratios are those of the first machine: how many times as fast, and as sparing. */
export interface ComparisonRow {
  readonly machine: string;
  readonly title: string;
  readonly fidelity: Fidelity;
  readonly energyModel: MachineReport["energyModel"];
  readonly cycles: number;
  readonly seconds: number;
  /** Without what the conventions leave out; null where the machine prices nothing. */
  readonly energyPicojoules: number | null;
  readonly areaSquareMillimetres: number | null;
  readonly dramBytes: number;
  readonly figures: Omit<MachineFigures, "conventions">;
  readonly speedupRatio: number;
  /** Null where either machine prices nothing. */
  readonly energyRatio: number | null;
  readonly roofline: RooflineFigures;
  readonly bound: string;
  /** Published figures that the row's own rest on. */
  readonly hingesOn: Omit<MachineAnchors, "weights">;
  readonly assumptions: readonly string[];
  readonly configHash: string;
}

/** Machines side by side on one workload. Plain data. */
export interface Comparison {
  readonly schema: typeof COMPARISON_SCHEMA;
  readonly workload: string;
  readonly conventions: FigureConventions;
  /** In the order asked for; ratios are against the first. */
  readonly rows: readonly ComparisonRow[];
}

export interface CompareOptions extends Omit<SimulateOptions, "observer"> {
  /** Default: those of Table III. */
  readonly conventions?: FigureConventions;
}

/**
 * Runs a workload on each machine under one convention. Without a fidelity, analytical where a machine has it; calibrated
 * energy where a machine offers it, else its own. @throws SpattenError as the machines do.
 */
export async function compareMachines(
  machines: readonly Machine[],
  workload: WorkloadSource,
  { conventions = tableThreeConventions, energyModel, ...options }: CompareOptions = {},
): Promise<Comparison> {
  const rows: ComparisonRow[] = [];
  for (const machine of machines) {
    const request = {
      ...options,
      fidelity: options.fidelity ?? usualFidelity(machine),
      energyModel: machine.calibrates === true ? (energyModel ?? "bottom-up") : "bottom-up",
    } as const;
    const report = await named(machine, async () =>
      machine.simulate(await workloadFor(machine, workload, options), request),
    );
    rows.push(rowOf(machine, report, conventions, rows[0]));
  }
  return { schema: COMPARISON_SCHEMA, workload: workload.header.source, conventions, rows };
}

/** Of several machines, the error has to say which one refuses. */
async function named<Result>({ id }: Machine, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!isSpattenError(error) || error.code === "aborted") throw error;
    throw new SpattenError(error.code, `machine "${id}": ${error.message}`, {}, error);
  }
}

function usualFidelity({ fidelities }: Machine): Fidelity {
  return fidelities.includes("analytical") ? "analytical" : fidelities[0]!;
}

function rowOf(
  machine: Machine,
  report: MachineReport,
  conventions: FigureConventions,
  first: ComparisonRow | undefined,
): ComparisonRow {
  const { cycles, seconds, operations, bytes, energyPicojoules, areaSquareMillimetres } = report;
  const { conventions: _, ...figures } = figuresOf(report, conventions);
  const paid = energyPicojoules.total - (conventions.dramEnergy === "included" ? 0 : energyPicojoules.dram);
  const energy = paid > 0 ? paid : null;
  const firstEnergy = first === undefined ? energy : first.energyPicojoules;
  return {
    machine: machine.id,
    title: machine.title,
    fidelity: report.fidelity,
    energyModel: report.energyModel,
    cycles,
    seconds,
    energyPicojoules: energy,
    areaSquareMillimetres: areaSquareMillimetres.total > 0 ? areaSquareMillimetres.total : null,
    dramBytes: bytes.total,
    figures,
    speedupRatio: (first?.seconds ?? seconds) / seconds,
    energyRatio: energy === null || firstEnergy === null ? null : firstEnergy / energy,
    roofline: {
      operationsPerByte: operations.executed / bytes.total,
      gigaoperationsPerSecond: operations.executed / seconds / 1e9,
      roofs: machine.roofs ?? null,
    },
    bound: report.bound,
    hingesOn: anchorsBehind(machine, report),
    assumptions: report.assumptions,
    configHash: report.configHash,
  };
}

/** Ids of the published figures that a report's times, energies and area rest on. */
export function anchorsBehind(
  machine: Machine,
  { energyModel, bytes }: Pick<MachineReport, "energyModel" | "bytes">,
): Omit<MachineAnchors, "weights"> {
  const { seconds, energy, area, weights = [] } = machine.anchors?.(energyModel) ?? noAnchors;
  const further = bytes.weight > 0 ? weights : [];
  return { seconds: [...seconds, ...further], energy: [...energy, ...further], area };
}

/** The most that a machine can do at an intensity, in GOP/s. */
export function roofAt(roofs: MachineRoofs, operationsPerByte: number): number {
  return Math.min(roofs.gigaoperationsPerSecond, roofs.gigabytesPerSecond * operationsPerByte);
}
