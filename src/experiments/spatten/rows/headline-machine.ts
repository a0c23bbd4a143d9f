import type { Laboratory } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { Ours } from "../../ledger/ours.ts";
import {
  anchorsOfRuns,
  type BenchmarkSet,
  benchmarkSets,
  meanOf,
  meansOf,
  measureSet,
} from "./benchmark-sets.ts";
import { computed } from "./computed.ts";
import { wattsOf } from "./figure-13.ts";

const TERA = 1e12;

/** Executed operations a second, of the machine and of TITAN Xp. */
export async function throughputRows(laboratory: Laboratory): Promise<[string, Ours][]> {
  const rows = (["bert", "gpt2"] as const).flatMap((set: BenchmarkSet) => [
    rateRow(laboratory, `throughput-${set}`, "spatten", "pruned", set),
    rateRow(laboratory, `throughput-titan-xp-${set}`, "titan-xp", "dense", set),
  ]);
  return Promise.all(rows);
}

async function rateRow(
  laboratory: Laboratory,
  id: string,
  machine: string,
  variant: "dense" | "pruned",
  set: BenchmarkSet,
): Promise<[string, Ours]> {
  const runs = await measureSet(laboratory, { machine, set, variant });
  const perSecond = (operations: (run: Measured) => number) =>
    meansOf(runs, operations, ({ report }) => report.seconds);
  const means = perSecond(({ report }) => report.operations.executed);
  const dense = perSecond(({ report }) => report.operations.denseEquivalent);
  const on = `${machine}, ${variant}: executed operations, a multiply-accumulate as two, geometric mean of ${benchmarkSets[set].title}`;
  return [
    id,
    computed(means.geometric / TERA, on, anchorsOfRuns(runs, "seconds"), {
      alternatives: [
        { when: "arithmetic mean", value: means.arithmetic / TERA },
        { when: "all operations over all time", value: means.ofSums / TERA },
        { when: "dense-equivalent operations", value: dense.geometric / TERA },
      ],
    }),
  ];
}

/** Power by kind, and the share of the top-k engines. */
export async function powerRows(laboratory: Laboratory): Promise<[string, Ours][]> {
  const runs = {
    all: await measureSet(laboratory, { machine: "spatten", set: "all" }),
    bert: await measureSet(laboratory, { machine: "spatten", set: "bert" }),
    gpt2: await measureSet(laboratory, { machine: "spatten", set: "gpt2" }),
  };
  const row = (figure: (run: Measured) => number, note: string): Ours => ({
    ...{ kind: "computed", value: meanOf(runs.all, figure), hingesOn: anchorsOfRuns(runs.all, "energy") },
    ...{ on: "spatten, bottom-up, mean over the 30 benchmarks", note },
    alternatives: (["bert", "gpt2"] as const).map((set) => ({
      when: `mean of ${benchmarkSets[set].title}`,
      value: meanOf(runs[set], figure),
    })),
  });
  const watts = (part: "compute" | "sram" | "dram" | "total", note: string): Ours =>
    row((run) => wattsOf(run, run.report.energyPicojoules[part]), note);
  const total = watts("total", "leakage is counted");
  return [
    ["power-total", total],
    ["power-sum", total],
    ["power-compute", watts("compute", "without leakage")],
    ["power-sram", watts("sram", "without leakage")],
    [
      "power-dram",
      watts("dram", "benchmarks are bound by DRAM or by products; the average follows their mix"),
    ],
    [
      "top-k-power-share",
      row(
        ({ report }) => (100 * report.energyPicojoules.units.topK!) / report.energyPicojoules.total,
        "bottom-up; a short sentence leaves the engines idle most of the time",
      ),
    ],
  ];
}

/** Square millimetres, and the share of the top-k engines. */
export async function areaRows({ measure, benchmarks }: Laboratory): Promise<[string, Ours][]> {
  const { report } = await measure({
    machine: "spatten",
    workload: { kind: "benchmark", id: benchmarks[0]!.id },
  });
  const { units, total } = report.areaSquareMillimetres;
  const on = "machine spatten, tables of circuits at 40 nm, bottom-up";
  return [
    ["area", computed(total, on)],
    ["top-k-area-share", computed((100 * units.topK!) / total, on)],
  ];
}
