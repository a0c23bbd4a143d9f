import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { OursById } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { table3, table3Derived } from "../published/table-3.ts";
import { putIn } from "./computed.ts";
import {
  areaCell,
  figureCell,
  mnnfastEfficiency,
  ratioCell,
  type TableCell,
  wattsCell,
} from "./table-3-cells.ts";
import { readingCells } from "./table-3-readings.ts";

const SOURCE = `${SPATTEN_PAPER}, Table III`;

function parameterCell(
  id: string,
  quantity: string,
  published: number,
  unit: string,
  of: (laboratory: Laboratory) => number,
): TableCell {
  return {
    ...{ id, quantity, published, unit },
    ours: async (laboratory) => putIn(of(laboratory), "parameters of machine spatten-eighth"),
  };
}

interface EighthParameters {
  readonly multiplierCountPerModule: number;
  readonly clockGigahertz: number;
}
const eighth = ({ machines: all }: Laboratory) => all.find(({ id }) => id === "spatten-eighth")!;
const eighthParameters = (laboratory: Laboratory) => eighth(laboratory).parameters as EighthParameters;

const { mnnfast, a3, spattenEighth, ratios, common } = table3;
const cells: readonly TableCell[] = [
  figureCell("mnnfast", "throughput", mnnfast.throughput),
  mnnfastEfficiency(),
  figureCell("a3", "throughput", a3.throughput),
  figureCell("a3", "efficiency", a3.efficiency),
  figureCell("a3", "area-efficiency", a3.areaEfficiency),
  areaCell("a3", a3.squareMillimetres),
  figureCell("spatten-eighth", "throughput", spattenEighth.throughput),
  figureCell("spatten-eighth", "efficiency", spattenEighth.efficiency),
  figureCell("spatten-eighth", "area-efficiency", spattenEighth.areaEfficiency),
  areaCell("spatten-eighth", spattenEighth.squareMillimetres),
  ratioCell("a3", "mnnfast", "throughput", ratios.a3Throughput),
  ratioCell("spatten-eighth", "mnnfast", "throughput", ratios.eighthThroughput),
  ratioCell("a3", "mnnfast", "efficiency", ratios.a3Efficiency),
  ratioCell("spatten-eighth", "mnnfast", "efficiency", ratios.eighthEfficiency),
  ratioCell("spatten-eighth", "a3", "area-efficiency", ratios.eighthArea),
  ...(["mnnfast", "a3", "spatten-eighth"] as const).map(wattsCell),
  ...readingCells(),
  parameterCell(
    "multipliers",
    "multipliers of each machine",
    common.multiplierCount,
    "multipliers",
    (laboratory) => 2 * eighthParameters(laboratory).multiplierCountPerModule,
  ),
  parameterCell(
    "bandwidth",
    "bandwidth of each machine",
    common.gigabytesPerSecond,
    "GB/s",
    (laboratory) => eighth(laboratory).roofs!.gigabytesPerSecond,
  ),
  parameterCell(
    "clock",
    "clock of each machine",
    common.clockGigahertz,
    "GHz",
    (laboratory) => eighthParameters(laboratory).clockGigahertz,
  ),
  parameterCell(
    "peak",
    "peak of 128 multipliers",
    table3.peak,
    "GOP/s",
    (laboratory) => eighth(laboratory).roofs!.gigaoperationsPerSecond,
  ),
  {
    ...figureCell("spatten-eighth", "area-efficiency", table3Derived.eighthAreaEfficiency),
    ...{ id: "spatten-eighth-area-efficiency-derived", derived: true },
    plot: { panel: "area efficiency, GOP/s/mm²", label: "SpAtten-1/8, by its own cells" },
    quantity: "SpAtten-1/8: throughput over area, as the table's own cells give it",
  },
];

const published: readonly PublishedRow[] = cells.map(({ ours: _, id, ...row }) => ({
  ...row,
  id: `table-3-${id}`,
  source: SOURCE,
}));

/** Table III: SpAtten-1/8 beside A3 and MNNFast under one normalisation. */
export const table3Experiment: Experiment = {
  id: "table-3",
  title: "SpAtten-1/8, A3 and MNNFast",
  source: SOURCE,
  published,
  ours: async (laboratory): Promise<OursById> =>
    Object.fromEntries(
      await Promise.all(cells.map(async ({ id, ours }) => [`table-3-${id}`, await ours(laboratory)])),
    ),
};
