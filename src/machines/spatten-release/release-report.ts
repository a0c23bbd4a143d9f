import { dramEventEnergies } from "../../energy/dram-energy.ts";
import { energyFrom } from "../../energy/post-pass.ts";
import type { AttentionJob } from "../../workload/attention-workload.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
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
  workload: WorkloadSource,
  result: ReleaseResult,
  iteration: number | undefined,
): Omit<MachineReport, "configHash"> {
  const work = headWork(configuration, workload, result, iteration);
  const dense = denseOperations(workload.header, "generation", iteration);
  const [bytes, operations] = [bytesOf(work.whole), operationsOf(work.whole, dense)];
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
    layers: layerReports(work.layers, dense / workload.header.model.layerCount),
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

/** Bytes and operations of heads, on rounded rows. */
interface HeadWork {
  key: number;
  keyLsb: number;
  value: number;
  executed: number;
  recomputed: number;
}

interface LayerWork {
  cycles: number;
  readonly work: HeadWork;
}

const noWork = (): HeadWork => ({ key: 0, keyLsb: 0, value: 0, executed: 0, recomputed: 0 });

/** Work of all heads, and of each layer; layers overlap, and each has the time from the last response before its own. */
function headWork(
  { rowRoundingCount }: ReleaseConfiguration,
  { jobs }: WorkloadSource,
  { responseCycles }: ReleaseResult,
  iteration: number | undefined,
): { readonly whole: HeadWork; readonly layers: ReadonlyMap<number, LayerWork> } {
  const whole = noWork();
  const layers = new Map<number, LayerWork>();
  let head = 0;
  let before = 0;
  for (const job of jobs) {
    if (job.kind !== "attention" || (iteration !== undefined && job.iteration !== iteration)) continue;
    const layer = layers.get(job.layer) ?? { cycles: 0, work: noWork() };
    layers.set(job.layer, layer);
    addHead(whole, job, rowRoundingCount);
    addHead(layer.work, job, rowRoundingCount);
    const response = responseCycles[head++]!;
    layer.cycles += response - before;
    before = response;
  }
  return { whole, layers };
}

/** Adds one head; 12-bit keys are 8 and a forced 4 (hardware.md 2). */
function addHead(work: HeadWork, job: AttentionJob, rounding: number): void {
  const keys = Math.ceil(job.keyCount / rounding) * rounding;
  const values = Math.ceil(job.valueCount / rounding) * rounding;
  const rowBytes = (bits: number) => (HEAD_DIMENSION * (bits === 6 ? 6 : 8)) / 8;
  const isRedone = job.refetchedQueries.length > 0 || job.keyBits > 8;
  work.key += keys * rowBytes(job.keyBits);
  work.keyLsb += isRedone ? (keys * HEAD_DIMENSION * 4) / 8 : 0;
  work.value += values * rowBytes(job.valueBits);
  work.executed += (keys + values) * OPERATIONS_PER_ROW;
  work.recomputed += isRedone ? keys * OPERATIONS_PER_ROW : 0;
}

function bytesOf({ key, keyLsb, value }: HeadWork): StreamBytes {
  return { query: 0, key, keyLsb, value, output: 0, append: 0, weight: 0, total: key + keyLsb + value };
}

function operationsOf({ executed, recomputed }: HeadWork, denseEquivalent: number): OperationCounts {
  return { executed, recomputed, denseEquivalent };
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

function layerReports(layers: ReadonlyMap<number, LayerWork>, denseEquivalent: number): LayerReport[] {
  return [...layers]
    .sort(([left], [right]) => left - right)
    .map(([layer, { cycles, work }]) => ({
      layer,
      cycles,
      bytes: bytesOf(work),
      operations: operationsOf(work, denseEquivalent),
      bound: "overlapping layers",
    }));
}
