import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { NamedWorkload } from "../../ledger/named-workloads.ts";
import type { OursById } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { type DesignPoint, designChoice, designPointParameters, numbersIn } from "../figure-19.ts";
import { figure19Sram, figure19TopK } from "../published/figure-19.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { computed } from "./computed.ts";

const SOURCE = `${SPATTEN_PAPER}, Fig 19`;

interface Point extends Pick<DesignPoint, "parameter" | "value"> {
  readonly name: string;
  readonly title: string;
  readonly isChoice: boolean;
}

const series = [
  { parameter: "topKComparatorCount", points: figure19TopK },
  { parameter: "sramKibibytes", points: figure19Sram },
] as const;

const points = series.flatMap(({ parameter, points: own }) =>
  numbersIn(own).map(([value, gflops]): Point & { readonly gflops: number } => ({
    ...{ parameter, value, gflops },
    name: parameter === "sramKibibytes" ? `sram-${value}-kib` : `top-k-${value}`,
    title:
      parameter === "sramKibibytes"
        ? `K and V memory of ${value} KiB each`
        : `top-k engine of ${value} comparator${value === 1 ? "" : "s"}`,
    isChoice: value === designChoice[parameter],
  })),
);

const published: readonly PublishedRow[] = points.flatMap(({ name, title, gflops, isChoice }) => [
  {
    id: `figure-19-throughput-${name}`,
    source: SOURCE,
    quantity: `one application of GPT-2, ${title}: throughput`,
    ...{ published: gflops, unit: "GFLOPS" },
  },
  ...(isChoice
    ? []
    : [
        {
          id: `figure-19-ratio-${name}`,
          source: `derived from ${SOURCE}`,
          quantity: `one application of GPT-2, ${title}: throughput over that of the paper's choice`,
          ...{
            published: Number((gflops / figure19TopK[designChoice.topKComparatorCount]!).toPrecision(4)),
            unit: "×",
            derived: true as const,
          },
        },
      ]),
]);

/** What the unnamed application could be, the row's own first. */
const applications: readonly { readonly when: string; readonly workload: NamedWorkload }[] = [
  { when: "gpt2-small-wikitext2", workload: { kind: "benchmark", id: "gpt2-small-wikitext2" } },
  { when: "gpt2-medium-wikitext2", workload: { kind: "benchmark", id: "gpt2-medium-wikitext2" } },
  {
    when: "GPT-2-Small on the schedule of the released trace",
    workload: { kind: "reference", id: "gpt2-small-pruned-992" },
  },
  {
    when: "GPT-2-Medium on the schedule of the released trace",
    workload: { kind: "reference", id: "gpt2-medium-pruned-992" },
  },
];

/** Throughput by the two ways to count. */
interface Throughput {
  readonly executed: number;
  readonly denseEquivalent: number;
  readonly hingesOn: readonly string[];
}

async function throughputOf(
  { measure }: Laboratory,
  { parameter, value }: Pick<Point, "parameter" | "value">,
  workload: NamedWorkload,
): Promise<Throughput> {
  const machine = { extends: "spatten", ...designPointParameters(parameter, value) };
  const { report, hingesOn } = await measure({ machine, workload });
  const gigaoperations = (operations: number): number => operations / report.seconds / 1e9;
  return {
    executed: gigaoperations(report.operations.executed),
    denseEquivalent: gigaoperations(report.operations.denseEquivalent),
    hingesOn: hingesOn.seconds,
  };
}

/** Fig 19: comparators of the top-k engine, and memory. */
export const figure19Experiment: Experiment = {
  id: "figure-19",
  title: "Throughput over the design space",
  source: SOURCE,
  published,
  ours: async (laboratory) => {
    const rows = await Promise.all(points.map((point) => rowsOf(laboratory, point)));
    return Object.assign({}, ...rows);
  },
};

async function rowsOf(laboratory: Laboratory, point: Point): Promise<OursById> {
  const { name, parameter, isChoice } = point;
  const at = (value: number) =>
    Promise.all(applications.map(({ workload }) => throughputOf(laboratory, { parameter, value }, workload)));
  const [own, chosen] = await Promise.all([at(point.value), at(designChoice[parameter])]);
  const on = `spatten, ${point.title}, on ${applications[0]!.when}, analytical, executed operations`;
  const others = (valueAt: (index: number) => number) =>
    applications.slice(1).map(({ when }, index) => ({ when, value: valueAt(index + 1) }));
  const { executed, denseEquivalent, hingesOn } = own[0]!;
  const ratio = (index: number): number => own[index]!.executed / chosen[index]!.executed;
  return {
    [`figure-19-throughput-${name}`]: computed(executed, on, hingesOn, {
      note: "application and counting of the figure are not named; only ratios compare",
      alternatives: [
        { when: "operations of the dense shape counted", value: denseEquivalent },
        ...others((index) => own[index]!.executed),
      ],
    }),
    ...(isChoice
      ? {}
      : { [`figure-19-ratio-${name}`]: computed(ratio(0), on, hingesOn, { alternatives: others(ratio) }) }),
  };
}
