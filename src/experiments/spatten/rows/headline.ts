import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Ours, OursById } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { figure14Platforms } from "../published/figure-14.ts";
import { headline } from "../published/headline.ts";
import { platformTitles, SPATTEN_PAPER } from "../published/paper.ts";
import { platformMeans } from "./figure-14.ts";
import { areaRows, powerRows, throughputRows } from "./headline-machine.ts";
import { reductionRows } from "./headline-reductions.ts";
import { rivalOurs } from "./rival-figures.ts";

const SOURCE = `${SPATTEN_PAPER}, abstract and sections I and V`;
const times = { unit: "×", roundedTo: 0.1 } as const;

const published: readonly PublishedRow[] = [
  ...(
    [
      ["dram-reduction", "DRAM access, average of 30", headline.dramReduction, undefined],
      ["computation-reduction", "computation, average of 30", headline.computationReduction, undefined],
      [
        "token-reduction-all",
        "token and local value pruning, average of 30",
        headline.tokenReductionOfAll,
        "token-reduction-all",
      ],
      [
        "token-reduction-gpt2",
        "token and local value pruning, GPT-2",
        headline.tokenReductionOfGpt2,
        "token-reduction-gpt2",
      ],
      ["head-reduction", "head pruning, average of 30", headline.headReduction, "head-reduction"],
      [
        "progressive-reduction",
        "progressive quantization, memory access",
        headline.progressiveReduction,
        "progressive-reduction",
      ],
    ] as const
  ).map(([id, what, value, anchor]) => ({
    ...{ id, quantity: `${what}: times less`, published: value, ...times },
    ...(anchor === undefined ? {} : { anchor }),
  })),
  {
    ...{ id: "refetch-rate", quantity: "inputs whose low bits are fetched", unit: "%", roundedTo: 0.1 },
    ...{ published: headline.refetchPercent, anchor: "refetch-ratio" },
  },
  ...(["bert", "gpt2"] as const).flatMap((set) => [
    {
      ...{ id: `throughput-${set}`, unit: "TFLOPS", roundedTo: 0.01 },
      quantity: `throughput of SpAtten on ${set === "bert" ? "BERT" : "GPT-2"}`,
      published: headline.teraoperationsPerSecond[set],
    },
    {
      ...{ id: `throughput-titan-xp-${set}`, unit: "TFLOPS", roundedTo: 0.01 },
      quantity: `throughput of TITAN Xp on ${set === "bert" ? "BERT" : "GPT-2"}`,
      published: headline.titanXpTeraoperationsPerSecond[set],
    },
  ]),
  ...(["speedup", "energySaving"] as const).flatMap((measure) =>
    figure14Platforms.map((platform) => ({
      id: `${measure === "speedup" ? "speedup" : "energy-saving"}-${platform}`,
      quantity: `${measure === "speedup" ? "speedup" : "energy saving"} over ${platformTitles[platform]}, geometric mean of 30`,
      ...{ published: headline[measure][platform], unit: "×" },
    })),
  ),
  ...(
    [
      ["a3-throughput", "throughput of SpAtten-1/8 over A3", headline.overA3.throughput],
      ["a3-energy", "energy efficiency of SpAtten-1/8 over A3", headline.overA3.energy],
      ["a3-area", "area efficiency of SpAtten-1/8 over A3", headline.overA3.area],
      ["mnnfast-throughput", "throughput of SpAtten-1/8 over MNNFast", headline.overMnnfast.throughput],
      ["mnnfast-energy", "energy efficiency of SpAtten-1/8 over MNNFast", headline.overMnnfast.energy],
    ] as const
  ).map(([id, quantity, value]) => ({ id: `over-${id}`, quantity, published: value, ...times })),
  ...(["total", "compute", "sram", "dram", "sum"] as const).map((part) => ({
    ...{ id: `power-${part}`, unit: "W", roundedTo: 0.01, published: headline.watts[part] },
    quantity: part === "sum" ? "power: sum of the three parts" : `power: ${part}`,
    ...(part === "sum" ? { derived: true as const } : {}),
  })),
  { id: "area", quantity: "area", published: headline.squareMillimetres, unit: "mm²", roundedTo: 0.01 },
  ...(
    [
      ["power", headline.topKPowerPercent],
      ["area", headline.topKAreaPercent],
    ] as const
  ).map(([of, value]) => ({
    ...{
      id: `top-k-${of}-share`,
      quantity: `top-k engines: share of the ${of === "power" ? "total power" : "area"}`,
    },
    ...{ published: value, unit: "%", roundedTo: 0.1 },
  })),
].map((row) => ({ ...row, id: `headline-${row.id}`, source: SOURCE }));

/** Speedups and energy savings over the platforms. */
async function platformRows(laboratory: Laboratory): Promise<[string, Ours][]> {
  const means = await platformMeans(laboratory, "all");
  return means.map(({ measure, platform, ours }) => [`${measure}-${platform}`, ours]);
}

/** SpAtten-1/8 over A3 and MNNFast. */
async function rivalRows(laboratory: Laboratory): Promise<[string, Ours][]> {
  const setting = { machine: "spatten-eighth" };
  const figures = {
    throughput: "gigaoperationsPerSecond",
    energy: "gigaoperationsPerJoule",
    area: "gigaoperationsPerSecondPerSquareMillimetre",
  } as const;
  const over = async (
    rival: "a3" | "mnnfast",
    machine: string,
    figure: keyof typeof figures,
    others: readonly string[],
  ): Promise<[string, Ours]> => {
    const ours = await rivalOurs(laboratory, figures[figure], setting, [], { machine });
    const alternatives = await Promise.all(
      others.map(async (other) => {
        const otherwise = await rivalOurs(laboratory, figures[figure], setting, [], { machine: other });
        return otherwise.kind === "computed" ? [{ when: `over ${other}`, value: otherwise.value }] : [];
      }),
    );
    return [`over-${rival}-${figure}`, { ...ours, alternatives: alternatives.flat() } as Ours];
  };
  const approximate = ["a3-conservative", "a3-aggressive"];
  return Promise.all([
    over("a3", "a3-base", "throughput", approximate),
    over("a3", "a3-base", "energy", approximate),
    over("a3", "a3-base", "area", approximate),
    over("mnnfast", "mnnfast", "throughput", ["mnnfast-separate"]),
    over("mnnfast", "mnnfast", "energy", ["mnnfast-separate"]),
  ]);
}

/** What the abstract promises, each on our machines and workloads. */
export const headlineExperiment: Experiment = {
  id: "headline",
  title: "Headline",
  source: SOURCE,
  published,
  ours: async (laboratory): Promise<OursById> => {
    const parts = await Promise.all(
      [reductionRows, throughputRows, platformRows, rivalRows, powerRows, areaRows].map((rows) =>
        rows(laboratory),
      ),
    );
    return Object.fromEntries(parts.flat().map(([id, ours]) => [`headline-${id}`, ours]));
  },
};
