import { geomean } from "../../../base/statistics.ts";
import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { figure14, figure14Geomeans, figure14Platforms, figure14Sets } from "../published/figure-14.ts";
import { platformTitles, SPATTEN_PAPER } from "../published/paper.ts";

type Platform = (typeof figure14Platforms)[number];
type Measure = "speedup" | "energy-saving";

const SOURCE = `${SPATTEN_PAPER}, Fig 14`;
const measures = ["speedup", "energy-saving"] as const;
const words: Readonly<Record<Measure, string>> = {
  speedup: "speedup over",
  "energy-saving": "energy saving over",
};
/** Column of a measure and platform in the figure's table. */
const columns = measures.flatMap((measure, half) =>
  figure14Platforms.map((platform, index) => ({ measure, platform, column: 4 * half + index })),
);

const published: readonly PublishedRow[] = [
  ...Object.entries(figure14).flatMap(([benchmark, values]) =>
    columns.map(({ measure, platform, column }) => ({
      id: rowId(measure, platform, benchmark),
      source: SOURCE,
      quantity: `${benchmark}: ${words[measure]} ${platformTitles[platform]}`,
      published: values[column]!,
      unit: "×",
      plot: { panel: `${words[measure]} ${platformTitles[platform]}`, label: benchmark },
    })),
  ),
  ...[{ id: "all", title: "all 30", means: figure14Geomeans, derived: false }, ...figure14Sets].flatMap(
    ({ id, title, means, ...set }) =>
      columns.map(({ measure, platform, column }) => ({
        id: rowId(measure, platform, `geomean-${id}`),
        source: SOURCE,
        quantity: `geometric mean of ${title}: ${words[measure]} ${platformTitles[platform]}`,
        published: means[column]!,
        unit: "×",
        plot: { panel: `${words[measure]} ${platformTitles[platform]}`, label: `geomean of ${title}` },
        ...("derived" in set ? {} : { derived: true as const }),
      })),
  ),
];

/** Name of a row of the figure. */
function rowId(measure: Measure, platform: Platform, of: string): string {
  return `figure-14-${measure}-${platform}-${of}`;
}

/** One bar of the figure. */
export interface PlatformRatio {
  readonly benchmark: string;
  readonly measure: Measure;
  readonly platform: Platform;
  readonly value: number;
  /** Energy with the platform's power as the figure implies it; of speedups the value itself. */
  readonly withImpliedPower: number;
  readonly hingesOn: readonly string[];
  /** Behind `withImpliedPower`. */
  readonly impliedHingesOn: readonly string[];
}

/** Speedups and energy savings of `spatten`, pruned, over the platforms, dense, on all benchmarks. */
export async function platformRatios(laboratory: Laboratory): Promise<readonly PlatformRatio[]> {
  const rows = await Promise.all(
    laboratory.benchmarks.map(async ({ id }) => {
      const pruned = await laboratory.measure({ machine: "spatten", workload: { kind: "benchmark", id } });
      const ratios = await Promise.all(
        figure14Platforms.map((platform) => ratiosOver(laboratory, pruned, id, platform)),
      );
      return ratios.flat();
    }),
  );
  return rows.flat();
}

async function ratiosOver(
  laboratory: Laboratory,
  pruned: Measured,
  benchmark: string,
  platform: Platform,
): Promise<PlatformRatio[]> {
  const workload = { kind: "benchmark", id: benchmark, variant: "dense" } as const;
  const dense = await laboratory.measure({ machine: platform, workload });
  const implied = await laboratory.measure({ machine: { extends: platform, power: "implied" }, workload });
  const saving = (over: Measured): number =>
    over.report.energyPicojoules.total / pruned.report.energyPicojoules.total;
  const speedup = dense.report.seconds / pruned.report.seconds;
  const common = { benchmark, platform };
  return [
    {
      ...{ ...common, measure: "speedup", value: speedup, withImpliedPower: speedup, impliedHingesOn: [] },
      hingesOn: [...dense.hingesOn.seconds, ...pruned.hingesOn.seconds],
    },
    {
      ...{ ...common, measure: "energy-saving", value: saving(dense), withImpliedPower: saving(implied) },
      impliedHingesOn: implied.hingesOn.energy,
      hingesOn: [...dense.hingesOn.energy, ...pruned.hingesOn.energy],
    },
  ];
}

/** A geometric mean of the figure. */
export interface PlatformMean {
  readonly measure: Measure;
  readonly platform: Platform;
  readonly ours: Ours;
}

/** The eight means over a set of benchmarks: `all`, or those whose ids begin with its name. */
export async function platformMeans(laboratory: Laboratory, set: string): Promise<readonly PlatformMean[]> {
  return meansOf(await platformRatios(laboratory), set);
}

function meansOf(ratios: readonly PlatformRatio[], set: string): PlatformMean[] {
  return columns.map(({ measure, platform }) => {
    const own = ratios.filter(
      (ratio) =>
        ratio.measure === measure &&
        ratio.platform === platform &&
        (set === "all" || ratio.benchmark.startsWith(`${set}-`)),
    );
    return { measure, platform, ours: oursOf(own, `geometric mean of ${own.length} benchmarks, analytical`) };
  });
}

/** Fig 14: 30 benchmarks on four platforms, and the geometric means of sets of them. */
export const figure14Experiment: Experiment = {
  id: "figure-14",
  title: "Speedup and energy saving over general-purpose platforms",
  source: SOURCE,
  published,
  ours: async (laboratory) => {
    const ratios = await platformRatios(laboratory);
    const single = ratios.map((ratio): [string, Ours] => [
      rowId(ratio.measure, ratio.platform, ratio.benchmark),
      oursOf([ratio], `${ratio.benchmark}: spatten pruned over ${ratio.platform} dense, analytical`),
    ]);
    const means = ["all", ...figure14Sets.map(({ id }) => id)].flatMap((set) =>
      meansOf(ratios, set).map(({ measure, platform, ours }): [string, Ours] => [
        rowId(measure, platform, `geomean-${set}`),
        ours,
      ]),
    );
    return Object.fromEntries([...single, ...means]);
  },
};

function oursOf(ratios: readonly PlatformRatio[], on: string): Ours {
  const isEnergy = ratios[0]!.measure === "energy-saving";
  return {
    kind: "computed",
    value: geomean(ratios.map(({ value }) => value)),
    on,
    hingesOn: ratios.flatMap(({ hingesOn }) => hingesOn),
    ...(isEnergy
      ? {
          note: "the platform draws an outside figure, an upper end",
          alternatives: [
            {
              when: "the platform draws what Fig 14 implies on average (calibrated)",
              value: geomean(ratios.map(({ withImpliedPower }) => withImpliedPower)),
              hingesOn: ratios.flatMap(({ impliedHingesOn }) => impliedHingesOn),
            },
          ],
        }
      : {}),
  };
}
