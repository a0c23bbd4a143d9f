import { type Checkpoint, neverRest } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import { configHash } from "../base/json.ts";
import { HERTZ_PER_GIGAHERTZ } from "../base/units.ts";
import { roundPicojoules } from "../energy/post-pass.ts";
import type { AttentionJob, WorkloadHeader } from "../workload/attention-workload.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";
import type { Machine, MachineRoofs, SimulateOptions } from "./machine.ts";
import { MACHINE_REPORT_SCHEMA, type MachineReport, type StreamBytes } from "./machine-report.ts";
import { phaseOf } from "./spatten/jobs.ts";
import { denseOperations, executedOperations } from "./spatten/operations.ts";
import { noBytes, sumBytes } from "./stream-bytes.ts";

/** What one head of one layer in one iteration costs. */
export interface JobCost {
  readonly cycles: number;
  /** Of those cycles, the ones in which each unit works; the largest one sets the pace. */
  readonly unitCycles: Readonly<Record<string, number>>;
  /** Bytes over DRAM by stream; what is absent is 0. */
  readonly bytes: Partial<Omit<StreamBytes, "total">>;
  readonly energyPicojoules: { readonly compute?: number; readonly sram?: number; readonly dram?: number };
  /** By default Q·K and prob·V of the job's own counts, a multiply-accumulate as two. */
  readonly executedOperations?: number;
}

/** An accelerator that takes the heads of a workload one after the other, each at a cost that its counts tell. */
export interface JobwiseDesign {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly clockGigahertz: number;
  readonly squareMillimetres?: number;
  readonly roofs?: MachineRoofs;
  /** Whatever the costs depend on: plain data, hashed into each report. */
  readonly parameters: unknown;
  readonly assumptions: readonly string[];
  /** @throws SpattenError `workload` for a job that it cannot run. */
  costOf(job: AttentionJob, header: WorkloadHeader): JobCost;
}

interface CostedJob extends JobCost {
  readonly layer: number;
  readonly phase: "summarization" | "generation";
  readonly operations: number;
}

/** The design as a machine: for a registry, `compare` and the ledger. Its simulation throws `missing-engine`, `workload`, `aborted`. */
export function jobwiseMachine(design: JobwiseDesign): Machine {
  const { id, title, source, parameters, roofs } = design;
  return {
    ...{ id, title, source, parameters, fidelities: ["analytical"] },
    ...(roofs === undefined ? {} : { roofs }),
    simulate: (workload, options = {}) => simulateJobs(design, workload, options),
    readsStreams: true,
  };
}

async function simulateJobs(
  design: JobwiseDesign,
  { header, jobs }: WorkloadSource,
  { fidelity = "analytical", energyModel = "bottom-up", iteration, checkpoint = neverRest }: SimulateOptions,
): Promise<MachineReport> {
  if (fidelity !== "analytical" || energyModel !== "bottom-up") {
    throw new SpattenError(
      "missing-engine",
      `machine "${design.id}" has no ${fidelity}, ${energyModel} model`,
      {
        hint: "it has: analytical, bottom-up",
      },
    );
  }
  const costed = await costedJobs(design, { header, jobs }, iteration, checkpoint);
  const told = (some: readonly CostedJob[], dense: number) => ({
    cycles: sum(some, ({ cycles }) => cycles),
    bytes: sumBytes(some.map(({ bytes }) => ({ ...noBytes, ...bytes, total: total(bytes) }))),
    operations: { executed: sum(some, (job) => job.operations), recomputed: 0, denseEquivalent: dense },
  });
  const denseOf = (phase: CostedJob["phase"]) => denseOperations(header, phase, iteration);
  const all = told(costed, denseOf("summarization") + denseOf("generation"));
  const energy = (kind: "compute" | "sram" | "dram"): number =>
    roundPicojoules(sum(costed, ({ energyPicojoules }) => energyPicojoules[kind] ?? 0));
  const [compute, sram, dram] = [energy("compute"), energy("sram"), energy("dram")];
  const area = design.squareMillimetres ?? 0;
  const layers = [...new Set(costed.map(({ layer }) => layer))].sort((left, right) => left - right);
  return {
    ...{ schema: MACHINE_REPORT_SCHEMA, machine: design.id, workload: header.source, fidelity, energyModel },
    ...all,
    seconds: all.cycles / (design.clockGigahertz * HERTZ_PER_GIGAHERTZ),
    energyPicojoules: {
      ...{ compute, sram, dram, leakage: 0, total: roundPicojoules(compute + sram + dram) },
      units: { onChip: roundPicojoules(compute + sram), dram },
    },
    areaSquareMillimetres: { total: area, units: area === 0 ? {} : { chip: area } },
    dramCommands: {},
    phases: (["summarization", "generation"] as const)
      .map((phase) => ({ phase, own: costed.filter((job) => job.phase === phase) }))
      .filter(({ own }) => own.length > 0)
      .map(({ phase, own }) => ({ phase, ...told(own, denseOf(phase)) })),
    layers: layers.map((layer) => {
      const own = costed.filter((job) => job.layer === layer);
      return {
        layer,
        ...told(own, all.operations.denseEquivalent / header.model.layerCount),
        bound: boundOf(own),
      };
    }),
    units: Object.fromEntries(
      Object.entries(unitCycles(costed)).map(([unit, busyCycles]) => [
        unit,
        { busyCycles, stallCycles: { otherUnits: all.cycles - busyCycles } },
      ]),
    ),
    events: {},
    bound: boundOf(costed),
    seed: 0,
    assumptions: [...header.assumptions.map((line) => `workload: ${line}`), ...design.assumptions],
    configHash: configHash(design.parameters),
  };
}

async function costedJobs(
  design: JobwiseDesign,
  { header, jobs }: WorkloadSource,
  iteration: number | undefined,
  checkpoint: Checkpoint,
): Promise<CostedJob[]> {
  const costed: CostedJob[] = [];
  for (const job of jobs) {
    const rest = checkpoint();
    if (rest !== undefined) await rest;
    if (job.kind !== "attention") {
      throw new SpattenError("workload", `machine "${design.id}" runs attention alone`, {
        got: job.kind,
      });
    }
    if (iteration !== undefined && job.iteration !== iteration) continue;
    const cost = design.costOf(job, header);
    const operations = cost.executedOperations ?? executedOperations(header.model.headDimension, job);
    costed.push({ ...cost, layer: job.layer, phase: phaseOf(header, job.iteration), operations });
  }
  return costed;
}

function unitCycles(jobs: readonly CostedJob[]): Record<string, number> {
  const cycles: Record<string, number> = {};
  for (const job of jobs) {
    for (const [unit, busy] of Object.entries(job.unitCycles)) cycles[unit] = (cycles[unit] ?? 0) + busy;
  }
  return cycles;
}

function boundOf(jobs: readonly CostedJob[]): string {
  const [most] = Object.entries(unitCycles(jobs)).sort(([, left], [, right]) => right - left);
  return most?.[0] ?? "nothing";
}

function total(bytes: JobCost["bytes"]): number {
  return Object.values(bytes).reduce((all, count) => all + count, 0);
}

function sum<Row>(rows: readonly Row[], measure: (row: Row) => number): number {
  return rows.reduce((all, row) => all + measure(row), 0);
}
