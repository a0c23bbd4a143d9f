import { finishWithRests, neverRest } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import { PICOJOULES_PER_JOULE } from "../../base/units.ts";
import { leakageWattsPerSquareMillimetre } from "../../energy/leakage.ts";
import { energyFrom, roundPicojoules } from "../../energy/post-pass.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import { figuresOf } from "../figures.ts";
import type { SimulateOptions } from "../machine.ts";
import {
  type AreaSquareMillimetres,
  type EnergyPicojoules,
  MACHINE_REPORT_SCHEMA,
  type MachineReport,
} from "../machine-report.ts";
import { secondsOf } from "../spatten/energy-and-area.ts";
import { type RivalCounters, rivalSteps } from "./counters.ts";
import type { EventCounts, RivalDesign } from "./design.ts";
import { fetcherEnergies, fetcherSquareMillimetres } from "./fetcher-events.ts";
import { FETCHER } from "./layer-time.ts";

/** What every rival can be asked for. */
export const rivalFidelities = ["analytical", "cycle"] as const;

/** Times a workload on a rival and pays for it. @throws SpattenError `missing-engine`, `workload`, `config`, `aborted`. */
export async function simulateRival(
  id: string,
  design: RivalDesign,
  workload: WorkloadSource,
  options: SimulateOptions = {},
): Promise<MachineReport> {
  const { fidelity = "analytical", energyModel = "bottom-up", iteration, checkpoint = neverRest } = options;
  const { parameters } = design;
  if (!rivalFidelities.includes(fidelity)) {
    throw new SpattenError("missing-engine", `machine "${id}" has no fidelity "${fidelity}"`, {
      hint: `it has: ${rivalFidelities.join(", ")}`,
    });
  }
  if (energyModel !== "bottom-up") {
    throw new SpattenError("missing-engine", `machine "${id}" has no energy model to calibrate`, {
      hint: "energy.onChip: published in its configuration takes the published power",
    });
  }
  const steps = rivalSteps(design, fidelity, workload, iteration, { observer: options.observer });
  const counters = await finishWithRests(steps, checkpoint, options.onProgress);
  const { preprocess, preprocessEvents, assumptions, ...counted } = counters;
  const seconds = secondsOf(parameters, counters.cycles);
  const energyPicojoules = energyOf(design, counters, seconds);
  const areaSquareMillimetres = areaOf(design);
  const costs = { operations: counted.operations, seconds, energyPicojoules, areaSquareMillimetres };
  return {
    schema: MACHINE_REPORT_SCHEMA,
    machine: id,
    workload: workload.header.source,
    fidelity,
    ...counted,
    seconds,
    energyModel,
    energyPicojoules,
    areaSquareMillimetres,
    ...(preprocess.cycles === 0
      ? {}
      : {
          preprocess: {
            ...preprocess,
            seconds: secondsOf(parameters, preprocess.cycles),
            energyPicojoules: preprocessEnergy(design, preprocessEvents),
          },
        }),
    figures: figuresOf(costs, parameters.conventions),
    seed: 0,
    assumptions: [
      ...workload.header.assumptions.map((line) => `workload: ${line}`),
      ...assumptions,
      ...energyAssumptions(design),
    ],
    configHash: configHash(parameters),
  };
}

function energyTable(design: RivalDesign) {
  return [...design.energyRows, ...fetcherEnergies(design.parameters)];
}

function energyOf(design: RivalDesign, { events }: RivalCounters, seconds: number): EnergyPicojoules {
  const { energy } = design.parameters;
  if (energy.onChip === "published") return publishedEnergy(design, events, seconds);
  return energyFrom(events, energyTable(design), {
    wattsPerSquareMillimetre: leakageWattsPerSquareMillimetre(energy.leakage),
    unitSquareMillimetres: unitSquareMillimetres(design),
    seconds,
  });
}

/** The published watts for as long as the run takes, and DRAM from the table unless they pay it. */
function publishedEnergy(design: RivalDesign, events: EventCounts, seconds: number): EnergyPicojoules {
  const { dynamicWatts, staticWatts, includesDram } = design.published;
  const { dramActivates = 0, dramTransferredBits = 0 } = includesDram ? {} : events;
  const noLeakage = { wattsPerSquareMillimetre: 0, unitSquareMillimetres: {}, seconds };
  const { dram } = energyFrom({ dramActivates, dramTransferredBits }, energyTable(design), noLeakage);
  const compute = roundPicojoules(dynamicWatts * seconds * PICOJOULES_PER_JOULE);
  const leakage = roundPicojoules(staticWatts * seconds * PICOJOULES_PER_JOULE);
  const units = { chip: roundPicojoules(compute + leakage), dram };
  return { compute, sram: 0, dram, leakage, total: roundPicojoules(compute + leakage + dram), units };
}

function preprocessEnergy(design: RivalDesign, events: EventCounts): number {
  const noLeakage = { wattsPerSquareMillimetre: 0, unitSquareMillimetres: {}, seconds: 0 };
  return energyFrom(events, energyTable(design), noLeakage).total;
}

function unitSquareMillimetres(design: RivalDesign): Record<string, number> {
  return { [FETCHER]: fetcherSquareMillimetres(design.parameters), ...design.unitSquareMillimetres };
}

function areaOf(design: RivalDesign): AreaSquareMillimetres {
  const { squareMillimetres } = design.published;
  if (design.parameters.energy.onChip === "published" && squareMillimetres !== undefined) {
    return { total: squareMillimetres, units: { chip: squareMillimetres } };
  }
  const rows = Object.entries(unitSquareMillimetres(design)).map(
    ([unit, area]) => [unit, round4(area)] as const,
  );
  return { total: round4(rows.reduce((sum, [, area]) => sum + area, 0)), units: Object.fromEntries(rows) };
}

function energyAssumptions({ parameters, published }: RivalDesign): string[] {
  const { onChip, dramTable, leakage } = parameters.energy;
  const dram = `DRAM: ${dramTable} restatement of O'Connor et al., MICRO 2017, as for machine spatten-eighth`;
  if (onChip === "published") return [`energy.onChip published: ${published.note}`, dram];
  return [
    "energy and area on chip: the tables of machine spatten-eighth (src/energy), for the parts that this machine is taken to have",
    `leakage: level ${leakage} of src/energy/leakage.ts, on the bottom-up area`,
    dram,
  ];
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
