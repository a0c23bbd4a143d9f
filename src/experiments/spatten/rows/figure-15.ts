import { geomean } from "../../../base/statistics.ts";
import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";
import { figure15, figure15Geomeans } from "../published/figure-15.ts";
import { platformTitles, SPATTEN_PAPER } from "../published/paper.ts";
import { benchmarksOf } from "./benchmark-sets.ts";
import { computed } from "./computed.ts";
import { weightsTime } from "./generated-weights.ts";

/** Columns of the figure: bits of the weights, and the platform. */
const figure15Columns = [
  { weightBits: 12, platform: "titan-xp" },
  { weightBits: 8, platform: "titan-xp" },
  { weightBits: 12, platform: "xeon-e5-2640v4" },
  { weightBits: 8, platform: "xeon-e5-2640v4" },
] as const;

type Column = (typeof figure15Columns)[number];

const SOURCE = `${SPATTEN_PAPER}, Fig 15`;
const rowId = ({ weightBits, platform }: Column, of: string): string =>
  `figure-15-speedup-${platform}-${weightBits}-bit-${of}`;

const published: readonly PublishedRow[] = [
  ...Object.entries(figure15).map(([id, values]) => ({ id, title: id, values })),
  { id: "geomean", title: "geometric mean of the 8", values: figure15Geomeans },
].flatMap(({ id, title, values }) =>
  figure15Columns.map((column, index) => ({
    id: rowId(column, id),
    source: SOURCE,
    quantity: `${title}: speedup of SpAtten-e2e, weights of ${column.weightBits} bits, over ${platformTitles[column.platform]}`,
    published: values[index]!,
    unit: "×",
    plot: {
      panel: `over ${platformTitles[column.platform]}, weights of ${column.weightBits} bits`,
      label: title,
    },
  })),
);

/** A bar, and the same with another choice made. */
interface WholeModelSpeedup {
  readonly value: number;
  readonly atPeakBandwidth: number;
  readonly withoutPrunedHeads: number;
  readonly hingesOn: readonly string[];
}

/** Speedup of the whole model, attention pruned and fully connected layers not, over a platform. */
async function wholeModelSpeedup(
  laboratory: Laboratory,
  row: Benchmark,
  { weightBits, platform }: Column,
): Promise<WholeModelSpeedup> {
  const benchmark = { kind: "benchmark", id: row.id } as const;
  const machine = "spatten-e2e";
  const weights = { model: row.model.id, weightBits };
  const [dense, attention, whole, clocked, atPeak] = await Promise.all([
    laboratory.measure({ machine: platform, workload: { ...benchmark, variant: "dense", weightBits: 8 } }),
    laboratory.measure({ machine, workload: benchmark }),
    laboratory.measure({ machine, workload: { ...benchmark, weightBits } }),
    weightsTime(laboratory, weights),
    weightsTime(laboratory, { ...weights, fidelity: "analytical" }),
  ]);
  const over = (seconds: number): number => dense.report.seconds / seconds;
  return {
    value: over(attention.report.seconds + clocked.seconds),
    atPeakBandwidth: over(attention.report.seconds + atPeak.seconds),
    withoutPrunedHeads: over(whole.report.seconds),
    hingesOn: [...dense.hingesOn.seconds, ...attention.hingesOn.seconds],
  };
}

/** Fig 15: eight whole models on SpAtten-e2e, over two platforms at two widths of weights. */
export const figure15Experiment: Experiment = {
  id: "figure-15",
  title: "Speedup of whole models on SpAtten-e2e",
  source: SOURCE,
  published,
  ours: async (laboratory) => {
    const benchmarks = benchmarksOf(laboratory, "gpt2");
    const columns = await Promise.all(
      figure15Columns.map(async (column): Promise<[string, Ours][]> => {
        const bars = await Promise.all(benchmarks.map((row) => wholeModelSpeedup(laboratory, row, column)));
        return [
          ...bars.map((bar, index): [string, Ours] => {
            const { id } = benchmarks[index]!;
            return [rowId(column, id), oursOf([bar], `${id} whole`, column)];
          }),
          [rowId(column, "geomean"), oursOf(bars, "geometric mean of 8 whole models", column)],
        ];
      }),
    );
    return Object.fromEntries(columns.flat());
  },
};

function oursOf(bars: readonly WholeModelSpeedup[], what: string, { platform }: Column): Ours {
  const of = (measure: "value" | "atPeakBandwidth" | "withoutPrunedHeads"): number =>
    geomean(bars.map((bar) => bar[measure]));
  return computed(
    of("value"),
    `${what}: spatten-e2e (attention analytical, weights of one token clocked times 32, none pruned) over ${platform} dense`,
    bars.flatMap(({ hingesOn }) => hingesOn),
    {
      note: "the tasks of a model differ in what the paper does not publish, so that ours are equal",
      alternatives: [
        { when: "analytical: the DRAM at its peak for weights", value: of("atPeakBandwidth") },
        { when: "the same, weights of pruned heads left out", value: of("withoutPrunedHeads") },
      ],
    },
  );
}
