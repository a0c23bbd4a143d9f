import * as z from "zod/mini";
import { finishWithRests, neverRest, type Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import { parseWith } from "../../base/schema.ts";
import { denseKeyCount, denseQueryCount } from "../../workload/workload-checks.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { Machine, SimulateOptions } from "../machine.ts";
import { MACHINE_REPORT_SCHEMA, type MachineReport, type StreamBytes } from "../machine-report.ts";
import { requireConfigObject } from "../merge-config.ts";
import { type Phase, phaseOf } from "../spatten/jobs.ts";
import { denseOperations } from "../spatten/operations.ts";
import { noBytes, sumBytes } from "../stream-bytes.ts";
import { measuredSeconds } from "./measured-seconds.ts";
import { attentionTimesSchema, measuredArithmetics } from "./record.ts";

const parametersSchema = z.strictObject({
  arithmetic: z.enum(measuredArithmetics),
  record: z.optional(attentionTimesSchema),
});

type Parameters = z.infer<typeof parametersSchema>;

const ID = "this-cpu";
const HOW = "spatten measure attention --out times.json, and then times.json as the machine";
const NANOSECONDS = 1e9;
const FLOAT_BYTES = 4;
const MOST_ITERATIONS = 1e6;

/** The processor that `spatten measure attention` ran on: times are measured, nothing is simulated or priced. */
export const thisCpu: Machine = machineOf(ID, "measured on this processor", { arithmetic: "float32" });

function thisCpuFromConfig(value: unknown, where?: string): Machine {
  const { extends: _, id = ID, ...parameters } = requireConfigObject(value, where);
  const checked = parseWith(
    parametersSchema,
    { arithmetic: "float32", ...parameters },
    { what: "machine configuration", ...(where === undefined ? {} : { where }) },
  );
  return machineOf(String(id), where ?? "a record", checked);
}

function machineOf(id: string, source: string, parameters: Parameters): Machine {
  const { record } = parameters;
  return {
    id,
    title: record === undefined ? "This processor, measured" : record.processor,
    source: record === undefined ? source : `${source}: ${record.runtime}, ${record.date}`,
    citation: "The processor's times are measured, not simulated.",
    fidelities: ["analytical"],
    parameters,
    simulate: (workload, options) => simulateMeasured(id, parameters, workload, options),
    readsStreams: true,
    configure: thisCpuFromConfig,
  };
}

interface MeasuredPhase {
  readonly phase: Phase;
  seconds: number;
  bytes: StreamBytes;
}

async function simulateMeasured(
  id: string,
  parameters: Parameters,
  workload: WorkloadSource,
  { fidelity = "analytical", energyModel = "bottom-up", ...options }: SimulateOptions = {},
): Promise<MachineReport> {
  if (fidelity !== "analytical" || energyModel !== "bottom-up") {
    throw new SpattenError("missing-engine", `machine "${id}" is measured: no other fidelity, and no energy`);
  }
  const { header } = workload;
  const { iteration, checkpoint = neverRest } = options;
  const phases = await finishWithRests(
    phaseSteps(id, parameters, workload, iteration),
    checkpoint,
    options.onProgress,
  );
  const told = ({ phase, seconds, bytes }: MeasuredPhase) => {
    const operations = denseOperations(header, phase, iteration);
    return {
      phase,
      cycles: Math.round(seconds * NANOSECONDS),
      bytes,
      operations: { executed: operations, recomputed: 0, denseEquivalent: operations },
    };
  };
  const parts = phases.map(told);
  const operations = parts.reduce((total, part) => total + part.operations.executed, 0);
  const seconds = phases.reduce((total, part) => total + part.seconds, 0);
  const cycles = Math.round(seconds * NANOSECONDS);
  return {
    schema: MACHINE_REPORT_SCHEMA,
    machine: id,
    workload: header.source,
    fidelity,
    cycles,
    seconds,
    bytes: sumBytes(parts.map((part) => part.bytes)),
    operations: { executed: operations, recomputed: 0, denseEquivalent: operations },
    energyModel,
    energyPicojoules: { compute: 0, sram: 0, dram: 0, leakage: 0, total: 0, units: {} },
    areaSquareMillimetres: { total: 0, units: {} },
    dramCommands: {},
    phases: parts,
    layers: [],
    units: { processor: { busyCycles: cycles, stallCycles: {} } },
    events: {},
    bound: "processor",
    seed: 0,
    assumptions: [
      ...header.assumptions.map((line) => `workload: ${line}`),
      "work dense: the unpruned shape of the workload's header; what its jobs prune is not used",
      `measured in ${parameters.arithmetic} on ${parameters.record!.processor}, ${parameters.record!.runtime}, ${parameters.record!.date}: mean of ${parameters.record!.runCount} runs less ${parameters.record!.trimmedRatio} at either end, a call of the runtime (${parameters.record!.emptyCallSeconds} s) included`,
      ...(parameters.arithmetic === "int8"
        ? ["int8: Q, K, V and probabilities are quantized from floats inside what is timed"]
        : []),
      "one layer is measured again and again, so that its K and V may lie in a cache; layers are alike",
      "between two measured numbers of keys, time is taken as a line",
      "bytes are Q, K, V and outputs once, in floats: what went over the bus was not measured; cycles are nanoseconds",
    ],
    configHash: configHash(parameters),
  };
}

function* phaseSteps(
  id: string,
  { record, arithmetic }: Parameters,
  { header, jobs }: WorkloadSource,
  iteration: number | undefined,
): Steps<readonly MeasuredPhase[]> {
  if (record === undefined) {
    throw new SpattenError("missing-data", `machine "${id}" has no times yet`, { hint: HOW });
  }
  let done = 0;
  for (const job of jobs) {
    if (job.kind === "fully-connected") {
      throw new SpattenError("workload", `machine "${id}" has times of attention alone`, {
        where: `layer ${job.layer}, "${job.name}"`,
        hint: "leave these jobs out",
      });
    }
    yield { stage: "jobs", done: done++, total: header.jobCount };
  }
  const { layerCount, queryHeadCount: headCount, headDimension } = header.model;
  const first = iteration ?? 0;
  const end = iteration === undefined ? header.iterationCount : iteration + 1;
  if (end - first > MOST_ITERATIONS || end > header.iterationCount) {
    throw new SpattenError("workload", "iterations that cannot be timed", {
      got: `${first} to ${end}`,
      expected: `at most ${MOST_ITERATIONS} of ${header.iterationCount}`,
    });
  }
  const phases = new Map<Phase, MeasuredPhase>();
  for (let index = first; index < end; index++) {
    const shape = {
      ...{ headCount, headDimension },
      queryCount: denseQueryCount(header, index),
      keyCount: denseKeyCount(header, index),
    };
    const phase = phaseOf(header, index);
    const part = phases.get(phase) ?? { phase, seconds: 0, bytes: noBytes };
    part.seconds += layerCount * measuredSeconds(record, arithmetic, shape);
    const rowBytes = layerCount * headCount * headDimension * FLOAT_BYTES;
    const { query, key } = part.bytes;
    part.bytes = bytesOf(query + rowBytes * shape.queryCount, key + rowBytes * shape.keyCount);
    phases.set(phase, part);
    yield { stage: "iterations", done: index - first + 1, total: end - first };
  }
  return [...phases.values()];
}

/** Outputs are as large as queries, values as keys. */
function bytesOf(query: number, key: number): StreamBytes {
  return { ...noBytes, query, key, value: key, output: query, total: 2 * (query + key) };
}
