import { geomean, mean } from "../../../base/statistics.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { Measured, Measurement } from "../../ledger/measurement.ts";
import type { AssumedValues } from "../benchmarks/assumption.ts";

/** Parts of the 30 benchmarks over which the paper averages. */
export const benchmarkSets = {
  all: { title: "all 30 benchmarks", prefix: "" },
  bert: { title: "the 22 BERT benchmarks", prefix: "bert-" },
  gpt2: { title: "the 8 GPT-2 benchmarks", prefix: "gpt2-" },
} as const;

export type BenchmarkSet = keyof typeof benchmarkSets;

/** A machine on every benchmark of a set. */
export interface SetRequest extends Omit<Measurement, "workload"> {
  readonly set: BenchmarkSet;
  readonly variant?: "dense" | "pruned";
  /** Values in place of assumptions: those that a benchmark has. */
  readonly assume?: AssumedValues;
}

/** The runs, in the order of the benchmarks. @throws SpattenError as simulations do. */
export function measureSet(
  { measure, benchmarks }: Laboratory,
  { set, variant, assume, ...run }: SetRequest,
): Promise<Measured[]> {
  const rows = benchmarks.filter(({ id }) => id.startsWith(benchmarkSets[set].prefix));
  return Promise.all(
    rows.map(({ id, assumptions }) => {
      const own = Object.entries(assume ?? {}).filter(([name]) => assumptions.some((row) => row.id === name));
      return measure({
        ...run,
        workload: {
          ...{ kind: "benchmark", id },
          ...(variant === undefined ? {} : { variant }),
          ...(own.length === 0 ? {} : { assume: Object.fromEntries(own) }),
        },
      });
    }),
  );
}

/** Geometric mean of a figure of each run. */
export function geomeanOf(
  runs: readonly Measured[],
  figure: (run: Measured, index: number) => number,
): number {
  return geomean(runs.map(figure));
}

/** Arithmetic mean of a figure of each run. */
export function meanOf(runs: readonly Measured[], figure: (run: Measured, index: number) => number): number {
  return mean(runs.map(figure));
}

/** Ids of the anchors behind one kind of figure of runs. */
export function anchorsOfRuns(runs: readonly Measured[], kind: keyof Measured["hingesOn"]): string[] {
  return [...new Set(runs.flatMap(({ hingesOn }) => hingesOn[kind]))];
}
