import { PICOJOULES_PER_JOULE } from "../../../base/units.ts";
import type { Experiment } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { figure13, figure13Sums } from "../published/figure-13.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { anchorsOfRuns, meanOf, measureSet } from "./benchmark-sets.ts";
import { computed } from "./computed.ts";

const SOURCE = `${SPATTEN_PAPER}, Fig 13`;
const AREA_ON = "machine spatten, tables of circuits at 40 nm, bottom-up";
const POWER_ON = "machine spatten, bottom-up: mean power over the 30 benchmarks";
const POWER_NOTE = "the paper does not say what its power is averaged over; leakage is counted";

type Quantity = {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly roundedTo: number;
};
const quantities = {
  squareMillimetres: { key: "area", title: "area", unit: "mm²", roundedTo: 0.001 },
  areaPercent: { key: "area-share", title: "share of the area", unit: "%", roundedTo: 0.1 },
  watts: { key: "power", title: "power", unit: "W", roundedTo: 0.001 },
  powerPercent: { key: "power-share", title: "share of the power on chip", unit: "%", roundedTo: 0.1 },
} as const satisfies Readonly<Record<string, Quantity>>;
type QuantityName = keyof typeof quantities;
const names = Object.keys(quantities) as QuantityName[];

const rowId = (name: QuantityName, module: string): string => `figure-13-${quantities[name].key}-${module}`;
const slug = (module: string): string => module.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const anchorKinds = { squareMillimetres: "square-millimetres", watts: "watts" } as const;

const published: readonly PublishedRow[] = [
  ...figure13.flatMap((row) =>
    names.map((name) => ({
      id: rowId(name, slug(row.module)),
      source: SOURCE,
      quantity: `${row.title}: ${quantities[name].title}`,
      published: row[name],
      unit: quantities[name].unit,
      roundedTo: quantities[name].roundedTo,
      ...(name in anchorKinds
        ? { plot: { panel: `${quantities[name].title}, ${quantities[name].unit}`, label: row.title } }
        : {}),
      ...(name in anchorKinds
        ? { anchor: `spatten-${anchorKinds[name as keyof typeof anchorKinds]}-${row.module}` }
        : {}),
    })),
  ),
  ...(["squareMillimetres", "watts"] as const).map((name) => ({
    id: rowId(name, "sum"),
    source: SOURCE,
    quantity: `all modules: ${quantities[name].title}`,
    published: figure13Sums[name],
    unit: quantities[name].unit,
    derived: true as const,
  })),
];

/** Watts of a part of a run. */
export function wattsOf({ report }: Measured, picojoules: number): number {
  return picojoules / PICOJOULES_PER_JOULE / report.seconds;
}

/** Watts of a module, or on chip. */
function moduleWatts(run: Measured, module: string | undefined): number {
  const { units, total, dram } = run.report.energyPicojoules;
  return wattsOf(run, module === undefined ? total - dram : (units[module] ?? 0));
}

/** Fig 13: area and power of the modules, from tables of circuits alone. */
export const figure13Experiment: Experiment = {
  id: "figure-13",
  title: "Area and power of the modules",
  source: SOURCE,
  published,
  ours: async (laboratory) => {
    const runs = await measureSet(laboratory, { machine: "spatten", set: "all" });
    const sets = {
      BERT: await measureSet(laboratory, { machine: "spatten", set: "bert" }),
      "GPT-2": await measureSet(laboratory, { machine: "spatten", set: "gpt2" }),
    };
    const { areaSquareMillimetres } = runs[0]!.report;
    const hingesOn = anchorsOfRuns(runs, "energy");
    const power = (of: (set: readonly Measured[]) => number): Ours => ({
      ...{ kind: "computed", value: of(runs), on: POWER_ON, hingesOn, note: POWER_NOTE },
      alternatives: Object.entries(sets).map(([when, set]) => ({ when: `${when} alone`, value: of(set) })),
    });
    const area = (value: number): Ours => computed(value, AREA_ON);
    const wattsIn = (module?: string) => (set: readonly Measured[]) =>
      meanOf(set, (run) => moduleWatts(run, module));
    const rows = figure13.flatMap(({ module }): [string, Ours][] => {
      const ownArea = areaSquareMillimetres.units[module]!;
      const ownWatts = wattsIn(module);
      return [
        [rowId("squareMillimetres", slug(module)), area(ownArea)],
        [rowId("areaPercent", slug(module)), area((100 * ownArea) / areaSquareMillimetres.total)],
        [rowId("watts", slug(module)), power(ownWatts)],
        [rowId("powerPercent", slug(module)), power((set) => (100 * ownWatts(set)) / wattsIn()(set))],
      ];
    });
    return Object.fromEntries([
      ...rows,
      [rowId("squareMillimetres", "sum"), area(areaSquareMillimetres.total)],
      [rowId("watts", "sum"), power(wattsIn())],
    ]);
  },
};
