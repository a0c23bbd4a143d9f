import { finishWithRests, neverRest } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import { HERTZ_PER_GIGAHERTZ, PICOJOULES_PER_JOULE } from "../../base/units.ts";
import { roundPicojoules } from "../../energy/post-pass.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { SimulateOptions } from "../machine.ts";
import { MACHINE_REPORT_SCHEMA, type MachineReport, type UnitTime } from "../machine-report.ts";
import { sumBytes } from "../stream-bytes.ts";
import type { PlatformPreset } from "./presets.ts";
import { type PlatformPart, platformParts } from "./timing.ts";

/** Times unpruned attention on a platform. @throws SpattenError `missing-engine`, `workload`, `config`, `aborted`. */
export async function simulatePlatform(
  preset: PlatformPreset,
  workload: WorkloadSource,
  options: SimulateOptions = {},
): Promise<MachineReport> {
  const { fidelity = "analytical", energyModel = "bottom-up", iteration, checkpoint = neverRest } = options;
  const { id, parameters } = preset;
  if (fidelity !== "analytical") {
    throw new SpattenError("missing-engine", `machine "${id}" has no fidelity "${fidelity}"`, {
      hint: "it has: analytical",
    });
  }
  if (energyModel !== "bottom-up") {
    throw new SpattenError("missing-engine", `machine "${id}" has no energy model to calibrate`, {
      hint: "power: implied in its configuration takes what the paper implies",
    });
  }
  const steps = platformParts(id, parameters, workload, iteration);
  const parts = await finishWithRests(steps, checkpoint, options.onProgress);
  const cyclesOf = (seconds: number): number =>
    Math.round(seconds * parameters.clockGigahertz * HERTZ_PER_GIGAHERTZ);
  const told = (some: readonly PlatformPart[]) => {
    const operations = sum(some, (part) => part.operations);
    return {
      cycles: cyclesOf(sum(some, (part) => part.seconds)),
      bytes: sumBytes(some.map((part) => part.bytes)),
      operations: { executed: operations, recomputed: 0, denseEquivalent: operations },
    };
  };
  const seconds = sum(parts, (part) => part.seconds);
  const watts = parameters.power === "outside" ? parameters.outsideWatts : parameters.impliedWatts;
  const board = roundPicojoules(watts * seconds * PICOJOULES_PER_JOULE);
  const layers = [...new Set(parts.map((part) => part.layer))].sort((left, right) => left - right);
  const all = told(parts);
  return {
    schema: MACHINE_REPORT_SCHEMA,
    machine: id,
    workload: workload.header.source,
    fidelity,
    ...all,
    seconds,
    energyModel,
    energyPicojoules: { compute: board, sram: 0, dram: 0, leakage: 0, total: board, units: { board } },
    areaSquareMillimetres: { total: 0, units: {} },
    dramCommands: {},
    phases: (["summarization", "generation"] as const)
      .map((phase) => ({ phase, own: parts.filter((part) => part.phase === phase) }))
      .filter(({ own }) => own.length > 0)
      .map(({ phase, own }) => ({ phase, ...told(own) })),
    layers: layers.map((layer) => {
      const own = parts.filter((part) => part.layer === layer);
      return { layer, ...told(own), bound: boundOf(own) };
    }),
    units: unitTimes(parts, all.cycles, cyclesOf),
    events: {},
    bound: boundOf(parts),
    seed: 0,
    assumptions: [
      ...workload.header.assumptions.map((line) => `workload: ${line}`),
      ...platformAssumptions(preset),
    ],
    configHash: configHash(parameters),
  };
}

function sum(parts: readonly PlatformPart[], measure: (part: PlatformPart) => number): number {
  return parts.reduce((total, part) => total + measure(part), 0);
}

function unitSeconds(parts: readonly PlatformPart[]): [unit: string, seconds: number][] {
  const units = Object.keys(parts[0]?.unitSeconds ?? {});
  return units.map((unit) => [unit, sum(parts, (part) => part.unitSeconds[unit]!)]);
}

function boundOf(parts: readonly PlatformPart[]): string {
  return unitSeconds(parts).reduce((most, row) => (row[1] > most[1] ? row : most))[0];
}

/** Calls follow one another, so that each waits while another runs. */
function unitTimes(
  parts: readonly PlatformPart[],
  cycles: number,
  cyclesOf: (seconds: number) => number,
): Readonly<Record<string, UnitTime>> {
  return Object.fromEntries(
    unitSeconds(parts)
      .filter(([, seconds]) => seconds > 0)
      .map(([unit, seconds]) => {
        const busyCycles = cyclesOf(seconds);
        return [unit, { busyCycles, stallCycles: { otherCalls: cycles - busyCycles } }] as const;
      }),
  );
}

function platformAssumptions({ parameters, sources, timeAnchors, weightAnchors }: PlatformPreset): string[] {
  const { power, elementBytes } = parameters;
  return [
    `calibrated on ${[...timeAnchors, ...weightAnchors].join(", ")}; every other shape is predicted from there`,
    "work dense: the platform runs the unpruned shape of the workload's header; what its jobs prune is not used",
    `floats of ${elementBytes} bytes; no tensor stays in a cache from one call to the next, which stretches large tensors and small ones alike`,
    "a call takes what its launches cost and a multiple of its time under the roofs; the multiple is what the measured time has left",
    `secondsPerCall: ${sources.secondsPerCall ?? "as configured"}`,
    `callCounts: ${sources.callCounts ?? "as configured"}`,
    `roofs: ${sources.roofs ?? "as configured"}`,
    ...(sources.calibrations === undefined ? [] : [`calibrations: ${sources.calibrations}`]),
    power === "outside"
      ? `power outside: ${sources.outsideWatts ?? "as configured"}; the paper's is dynamic, total less idle`
      : "power implied: the mean dynamic power of Fig 14, so that energies are calibrated, not predicted",
    "the power is of the whole platform: its memory cannot be told apart; no area is given",
    "cycles are seconds times a nominal clock",
  ];
}
