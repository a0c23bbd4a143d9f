import { dramEventEnergies } from "../../energy/dram-energy.ts";
import { energyFrom } from "../../energy/post-pass.ts";
import type { AttentionJob, AttentionWorkload } from "../../workload/attention-workload.ts";
import {
  type LayerReport,
  MACHINE_REPORT_SCHEMA,
  type MachineReport,
  type OperationCounts,
  type StreamBytes,
  type UnitTime,
} from "../machine-report.ts";
import { denseOperations } from "../spatten/operations.ts";
import type { ReleaseCounters } from "./counters.ts";
import { RESET_CYCLES } from "./key-allocator.ts";
import type { ReleaseConfiguration } from "./parameters.ts";
import type { ReleaseResult } from "./simulate.ts";

const HEAD_DIMENSION = 64;
const TRANSACTION_BYTES = 32;
const DRAM_TABLE = "three-terms";
/** Two operations a multiply-accumulate, one of each for a key and for a value element. */
const OPERATIONS_PER_ROW = 2 * HEAD_DIMENSION;

/** What the release's machine says of a workload; energy is the DRAM's alone. */
export function releaseReport(
  machine: string,
  configuration: ReleaseConfiguration,
  workload: AttentionWorkload,
  result: ReleaseResult,
  iteration: number | undefined,
): Omit<MachineReport, "configHash"> {
  const jobs = workload.jobs.filter(
    (job): job is AttentionJob =>
      job.kind === "attention" && (iteration === undefined || job.iteration === iteration),
  );
  const heads = jobs.map((job) => headWork(job, configuration.rowRoundingCount));
  const dense = denseOperations(workload.header, "generation", iteration);
  const bytes = sumBytes(heads);
  const operations = sumOperations(heads, dense);
  const { counters, cycles } = result;
  const events = dramEvents(counters);
  const units = unitTimes(counters);
  return {
    schema: MACHINE_REPORT_SCHEMA,
    machine,
    workload: workload.header.source,
    fidelity: "cycle",
    cycles,
    seconds: cycles / 1e9,
    bytes,
    operations,
    energyModel: "bottom-up",
    energyPicojoules: energyFrom(
      { dramActivates: events.activates, dramTransferredBits: events.reads * TRANSACTION_BYTES * 8 },
      dramEventEnergies(DRAM_TABLE),
      { wattsPerSquareMillimetre: 0, unitSquareMillimetres: {}, seconds: 0 },
    ),
    areaSquareMillimetres: { total: 0, units: {} },
    dramCommands: events,
    phases: [{ phase: "generation", cycles, bytes, operations }],
    layers: layerReports(jobs, heads, result, dense / workload.header.model.layerCount),
    units,
    events: counters.events,
    bound: busiest(units),
    seed: 1,
    assumptions: [
      ...workload.header.assumptions.map((line) => `workload: ${line}`),
      `counts are rounded up to ${configuration.rowRoundingCount} rows, as the bench rounds them; bytes and operations are those of the rounded rows`,
      "row indices are the bench's synthetic ones (scala.util.Random, seed 1), top-k latencies those of its latency model",
      "queries are zero: every head that asks for its low bits gets them; keys of more than 8 bits always do",
      "queries, outputs and softmax are not in the release; its clock is taken as 1 GHz",
      "heads of all layers and iterations follow each other without a barrier, as in the bench",
      `energy is the DRAM's alone (${DRAM_TABLE} restatement of O'Connor et al., MICRO 2017); area is not known`,
      "cycles of a layer: from the last response of the layer before to its own last response",
    ],
  };
}

interface HeadWork {
  readonly key: number;
  readonly keyLsb: number;
  readonly value: number;
  readonly executed: number;
  readonly recomputed: number;
}

/** Bytes and operations of one head on rounded rows; 12-bit keys are 8 and a forced 4 (hardware.md 2). */
function headWork(job: AttentionJob, rounding: number): HeadWork {
  const keys = Math.ceil(job.keyCount / rounding) * rounding;
  const values = Math.ceil(job.valueCount / rounding) * rounding;
  const rowBytes = (bits: number) => (HEAD_DIMENSION * (bits === 6 ? 6 : 8)) / 8;
  const isRedone = job.refetchedQueries.length > 0 || job.keyBits > 8;
  return {
    key: keys * rowBytes(job.keyBits),
    keyLsb: isRedone ? (keys * HEAD_DIMENSION * 4) / 8 : 0,
    value: values * rowBytes(job.valueBits),
    executed: (keys + values) * OPERATIONS_PER_ROW,
    recomputed: isRedone ? keys * OPERATIONS_PER_ROW : 0,
  };
}

function sumBytes(heads: readonly HeadWork[]): StreamBytes {
  const sum = (stream: "key" | "keyLsb" | "value") => heads.reduce((total, head) => total + head[stream], 0);
  const [key, keyLsb, value] = [sum("key"), sum("keyLsb"), sum("value")];
  return { query: 0, key, keyLsb, value, output: 0, append: 0, weight: 0, total: key + keyLsb + value };
}

function sumOperations(heads: readonly HeadWork[], denseEquivalent: number): OperationCounts {
  return {
    executed: heads.reduce((total, head) => total + head.executed, 0),
    recomputed: heads.reduce((total, head) => total + head.recomputed, 0),
    denseEquivalent,
  };
}

function dramEvents({ dramChannels }: ReleaseCounters): { activates: number; reads: number; writes: number } {
  return {
    activates: dramChannels.reduce((sum, channel) => sum + channel.activates, 0),
    reads: dramChannels.reduce((sum, channel) => sum + channel.reads, 0),
    writes: 0,
  };
}

/** The units' times with the reset, in which all of them wait. */
function unitTimes({ units }: ReleaseCounters): Record<string, UnitTime> {
  return Object.fromEntries(
    Object.entries(units).map(([name, { busyCycles, stallCycles }]) => [
      name,
      { busyCycles, stallCycles: { reset: RESET_CYCLES, ...stallCycles } },
    ]),
  );
}

function busiest(units: Readonly<Record<string, UnitTime>>): string {
  return Object.entries(units).reduce((best, unit) =>
    unit[1].busyCycles > best[1].busyCycles ? unit : best,
  )[0];
}

/** Layers overlap; each is given the time from the last response before its own to its last one. */
function layerReports(
  jobs: readonly AttentionJob[],
  heads: readonly HeadWork[],
  { responseCycles }: ReleaseResult,
  denseEquivalent: number,
): LayerReport[] {
  const byLayer = new Map<number, { cycles: number; heads: HeadWork[] }>();
  let before = 0;
  for (const [index, job] of jobs.entries()) {
    const layer = byLayer.get(job.layer) ?? { cycles: 0, heads: [] };
    byLayer.set(job.layer, layer);
    layer.cycles += responseCycles[index]! - before;
    layer.heads.push(heads[index]!);
    before = responseCycles[index]!;
  }
  return [...byLayer]
    .sort(([left], [right]) => left - right)
    .map(([layer, { cycles, heads: own }]) => ({
      layer,
      cycles,
      bytes: sumBytes(own),
      operations: sumOperations(own, denseEquivalent),
      bound: "overlapping layers",
    }));
}
