import type { Laboratory } from "../../ledger/experiment.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PlotPlace } from "../../ledger/published-row.ts";
import { table3, table3Derived } from "../published/table-3.ts";
import { anchorsOfRuns, measureSet } from "./benchmark-sets.ts";
import { countingSwitches, type RivalFigure, type RivalSwitch, rivalOurs } from "./rival-figures.ts";

const UNCONFIRMED =
  "unconfirmed: pipeline, widths and presets of A3 and MNNFast were remembered, not read again";

const machines = {
  mnnfast: { title: "MNNFast", machine: "mnnfast" },
  a3: { title: "A3", machine: "a3-base" },
  "spatten-eighth": { title: "SpAtten-1/8", machine: "spatten-eighth" },
} as const;
type MachineName = keyof typeof machines;

const figures = {
  throughput: { title: "throughput", unit: "GOP/s", figure: "gigaoperationsPerSecond" },
  efficiency: { title: "energy efficiency", unit: "GOP/J", figure: "gigaoperationsPerJoule" },
  "area-efficiency": {
    title: "area efficiency",
    unit: "GOP/s/mm²",
    figure: "gigaoperationsPerSecondPerSquareMillimetre",
  },
} as const satisfies Readonly<Record<string, { title: string; unit: string; figure: RivalFigure }>>;
type FigureName = keyof typeof figures;

/** What Table III leaves open of a machine, beside the counting. */
const ownSwitches: Readonly<Record<MachineName, readonly RivalSwitch[]>> = {
  mnnfast: [
    { when: "Q·K and prob·V at once", machine: "mnnfast-separate" },
    { when: "8 bits an element in DRAM", machine: { extends: "mnnfast", dramElementBits: 8 } },
    { when: "12 bits an element in DRAM", machine: { extends: "mnnfast", dramElementBits: 12 } },
    { when: "K and V fetched per query", machine: { extends: "mnnfast", keyValueReuse: "per-query" } },
  ],
  a3: [
    { when: "conservative approximation", machine: "a3-conservative" },
    { when: "aggressive approximation", machine: "a3-aggressive" },
    {
      when: "conservative, sorting paid",
      machine: { extends: "a3-conservative", sorting: { counted: true } },
    },
    { when: "12 bits an element in DRAM", machine: { extends: "a3-base", dramElementBits: 12 } },
    { when: "floats in DRAM", machine: { extends: "a3-base", dramElementBits: 32 } },
    { when: "K and V fetched per query", machine: { extends: "a3-base", keyValueReuse: "per-query" } },
    {
      when: "power and area on chip as published (99 mW and 11.5 mW remembered, 2.08 mm²)",
      machine: { extends: "a3-base", energy: { onChip: "published" } },
    },
  ],
  "spatten-eighth": [
    { when: "energy and area calibrated on Fig 13", machine: "spatten-eighth", energyModel: "calibrated" },
  ],
};

/** A cell of the table, or a number of its text. */
export interface TableCell {
  readonly id: string;
  readonly quantity: string;
  readonly published: number;
  readonly unit: string;
  ours(laboratory: Laboratory): Promise<Ours>;
  readonly anchor?: string;
  readonly derived?: true;
  readonly roundedTo?: number;
  readonly plot?: PlotPlace;
}

/** A machine's own figure. */
export function figureCell(of: MachineName, name: FigureName, value: number): TableCell {
  const { title, machine } = machines[of];
  const { figure, unit, title: what } = figures[name];
  return {
    ...{ id: `${of}-${name}`, quantity: `${title}: ${what}`, published: value, unit },
    plot: { panel: `${what}, ${unit}`, label: title },
    ours: async (laboratory) =>
      marked(of, await rivalOurs(laboratory, figure, { machine }, switchesOf(of, figure))),
  };
}

/** A figure of a machine over that of another. */
export function ratioCell(of: MachineName, over: MachineName, name: FigureName, value: number): TableCell {
  const { figure, title: what } = figures[name];
  const [left, right] = [machines[of], machines[over]];
  return {
    id: `${of}-over-${over}-${name}`,
    quantity: `${left.title} over ${right.title}: ${what}`,
    ...{ published: value, unit: "×", roundedTo: 0.1 },
    ours: async (laboratory) =>
      marked(
        over === "a3" || of !== "spatten-eighth" ? of : over,
        await rivalOurs(laboratory, figure, left, ownSwitchesOf(of, figure), right),
      ),
  };
}

function switchesOf(of: MachineName, figure: RivalFigure): RivalSwitch[] {
  return [...countingSwitches(machines[of].machine, figure), ...ownSwitchesOf(of, figure)];
}

/** Only what can change the figure: power and area enter no throughput, sorting and reuse no area. */
function ownSwitchesOf(of: MachineName, figure: RivalFigure): RivalSwitch[] {
  const isTime = figure === "gigaoperationsPerSecond";
  return ownSwitches[of].filter(({ when }) => !(isTime && /power|energy/.test(when)));
}

/** Rows of the rivals rest on remembered parameters. */
export function marked(of: MachineName, ours: Ours): Ours {
  return of === "spatten-eighth" || ours.kind !== "computed" ? ours : { ...ours, note: UNCONFIRMED };
}

/** With the power that the authors took for MNNFast, efficiency is throughput over 1 W: an input. */
export function mnnfastEfficiency(): TableCell {
  const cell = figureCell("mnnfast", "efficiency", table3.mnnfast.efficiency);
  const machine = { extends: "mnnfast", energy: { onChip: "published" } } as const;
  const fromTables = { when: "power from our tables instead of the authors' 1 W", machine: "mnnfast" };
  return {
    ...cell,
    ours: async (laboratory) => {
      const ours = await rivalOurs(laboratory, "gigaoperationsPerJoule", { machine }, [fromTables]);
      return ours.kind === "computed"
        ? {
            ...ours,
            isInput: true,
            note: "rests on the 1 W that the authors took for an ASIC of an FPGA of 10 W",
          }
        : ours;
    },
  };
}

/** Square millimetres of a machine. */
export function areaCell(of: "a3" | "spatten-eighth", value: number): TableCell {
  const { title, machine } = machines[of];
  return {
    ...{ id: `${of}-area`, quantity: `${title}: area`, published: value, unit: "mm²", roundedTo: 0.01 },
    plot: { panel: "area, mm²", label: title },
    ...(of === "a3" ? { anchor: "a3-square-millimetres" } : {}),
    ours: async (laboratory) => {
      const runs = await measureSet(laboratory, { machine, set: "bert", variant: "dense" });
      return marked(of, {
        ...{ kind: "computed", value: runs[0]!.report.areaSquareMillimetres.total },
        ...{ on: `machine ${machine}, tables of circuits at 40 nm`, hingesOn: anchorsOfRuns(runs, "area") },
      });
    },
  };
}

/** Throughput over efficiency. */
export function wattsCell(of: MachineName): TableCell {
  const { title, machine } = machines[of];
  const published =
    of === "spatten-eighth" ? table3Derived.watts.spattenEighth : table3Derived.watts[of as "a3" | "mnnfast"];
  return {
    ...{ id: `${of}-watts`, quantity: `${title}: power, throughput over efficiency`, published, unit: "W" },
    ...{ derived: true as const, roundedTo: 0.01 },
    ours: async (laboratory) => {
      const own =
        of === "mnnfast" ? { machine: { extends: "mnnfast", energy: { onChip: "published" } } } : { machine };
      const [rate, efficiency] = await Promise.all([
        rivalOurs(laboratory, "gigaoperationsPerSecond", own, []),
        rivalOurs(laboratory, "gigaoperationsPerJoule", own, []),
      ]);
      if (rate.kind !== "computed" || efficiency.kind !== "computed") return rate;
      return marked(of, {
        ...efficiency,
        value: rate.value / efficiency.value,
        ...(of === "mnnfast" ? { isInput: true as const } : {}),
      });
    },
  };
}
