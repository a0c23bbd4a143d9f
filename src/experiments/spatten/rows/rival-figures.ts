import { geomean } from "../../../base/statistics.ts";
import { tableThreeConventions } from "../../../machines/compare.ts";
import { type FigureConventions, figuresOf, type MachineFigures } from "../../../machines/figures.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { MachineChoice } from "../../ledger/measurement.ts";
import type { Ours } from "../../ledger/ours.ts";
import { anchorsOfRuns, type BenchmarkSet, benchmarkSets, measureSet } from "./benchmark-sets.ts";

/** A column of Table III. */
export type RivalFigure = keyof Omit<MachineFigures, "conventions">;

/** A machine of Table III under one choice of everything that the table leaves open. */
export interface RivalSetting {
  readonly machine: MachineChoice;
  readonly set?: BenchmarkSet;
  readonly conventions?: Partial<FigureConventions>;
  readonly energyModel?: "calibrated";
}

/** A setting by what is otherwise in it. */
export interface RivalSwitch extends RivalSetting {
  readonly when: string;
}

/** Geometric mean of a figure over the benchmarks, those of BERT unless the setting says otherwise. */
async function figureOf(laboratory: Laboratory, figure: RivalFigure, setting: RivalSetting) {
  const { machine, set = "bert", energyModel } = setting;
  const conventions = { ...tableThreeConventions, ...setting.conventions };
  const model = energyModel === undefined ? {} : { energyModel };
  // Rivals run the unpruned shape whatever the workload prunes: asked for it, they rest on no average of pruning.
  const variant = nameOf(setting).startsWith("spatten") ? "pruned" : "dense";
  const runs = await measureSet(laboratory, { machine, set, variant, ...model });
  const hingesOn = {
    gigaoperationsPerSecond: anchorsOfRuns(runs, "seconds"),
    gigaoperationsPerJoule: anchorsOfRuns(runs, "energy"),
    gigaoperationsPerSecondPerSquareMillimetre: [
      ...anchorsOfRuns(runs, "seconds"),
      ...anchorsOfRuns(runs, "area"),
    ],
  }[figure];
  return { value: geomean(runs.map(({ report }) => figuresOf(report, conventions)[figure])), hingesOn };
}

function nameOf({ machine }: RivalSetting): string {
  return typeof machine === "string" ? machine : machine.extends;
}

/** A figure of a machine with what every switch does to it; over another machine's, its ratio. */
export async function rivalOurs(
  laboratory: Laboratory,
  figure: RivalFigure,
  setting: RivalSetting,
  switches: readonly RivalSwitch[],
  over?: RivalSetting,
): Promise<Ours> {
  const dividedBy = over === undefined ? undefined : await figureOf(laboratory, figure, over);
  const { value, hingesOn } = await figureOf(laboratory, figure, setting);
  const alternatives = await Promise.all(
    switches.map(async ({ when, ...otherwise }) => {
      const other = await figureOf(laboratory, figure, otherwise);
      return { when, value: other.value / (dividedBy?.value ?? 1), hingesOn: other.hingesOn };
    }),
  );
  const title = benchmarkSets[setting.set ?? "bert"].title;
  return {
    kind: "computed",
    value: value / (dividedBy?.value ?? 1),
    on: `${nameOf(setting)}${over === undefined ? "" : ` over ${nameOf(over)}`}, geometric mean of ${title}, dense-equivalent operations, a multiply-accumulate as two, DRAM paid`,
    hingesOn: [...hingesOn, ...(dividedBy?.hingesOn ?? [])],
    ...(alternatives.length === 0 ? {} : { alternatives }),
  };
}

const countings: readonly Omit<RivalSwitch, "machine">[] = [
  { when: "executed operations", conventions: { operations: "executed" } },
  { when: "a multiply-accumulate as one operation", conventions: { operationsPerMultiplyAccumulate: 1 } },
  { when: "DRAM energy left out", conventions: { dramEnergy: "left-out" } },
  { when: "all 30 benchmarks", set: "all" },
];

/** The switches that Table III's counting leaves open, for a machine. */
export function countingSwitches(machine: MachineChoice, figure: RivalFigure): RivalSwitch[] {
  return countings
    .filter(({ conventions }) => conventions?.dramEnergy === undefined || figure === "gigaoperationsPerJoule")
    .map((counting) => ({ ...counting, machine }));
}
