import { geomean, mean } from "../../../base/statistics.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { Measured, Measurement } from "../../ledger/measurement.ts";
import { type AssumedValues, ownValues } from "../benchmarks/assumption.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";

/** Parts of the 30 benchmarks over which the paper averages. */
export const benchmarkSets = {
  all: { title: "all 30 benchmarks", prefix: "" },
  bert: { title: "the 22 BERT benchmarks", prefix: "bert-" },
  gpt2: { title: "the 8 GPT-2 benchmarks", prefix: "gpt2-" },
} as const;

export type BenchmarkSet = keyof typeof benchmarkSets;

/** The benchmarks of a set. */
export function benchmarksOf(
  { benchmarks }: Pick<Laboratory, "benchmarks">,
  set: BenchmarkSet,
): readonly Benchmark[] {
  return benchmarks.filter(({ id }) => id.startsWith(benchmarkSets[set].prefix));
}

/** A machine on every benchmark of a set. */
export interface SetRequest extends Omit<Measurement, "workload"> {
  readonly set: BenchmarkSet;
  readonly variant?: "dense" | "pruned";
  /** Values in place of assumptions: those that a benchmark has. */
  readonly assume?: AssumedValues;
}

/** The runs, in the order of the benchmarks. @throws SpattenError as simulations do. */
export function measureSet(
  laboratory: Laboratory,
  { set, variant, assume, ...run }: SetRequest,
): Promise<Measured[]> {
  return Promise.all(
    benchmarksOf(laboratory, set).map(({ id, assumptions }) => {
      const own = ownValues(assumptions, assume);
      return laboratory.measure({
        ...run,
        workload: {
          ...{ kind: "benchmark", id },
          ...(variant === undefined ? {} : { variant }),
          ...(own === undefined ? {} : { assume: own }),
        },
      });
    }),
  );
}

/** A ratio of two sums over runs, in the means that an average can be. */
export function meansOf(
  runs: readonly Measured[],
  above: (run: Measured, index: number) => number,
  below: (run: Measured, index: number) => number,
) {
  const ratio = (run: Measured, index: number): number => above(run, index) / below(run, index);
  return {
    geometric: geomeanOf(runs, ratio),
    arithmetic: meanOf(runs, ratio),
    harmonic: 1 / meanOf(runs, (run, index) => 1 / ratio(run, index)),
    ofSums: meanOf(runs, above) / meanOf(runs, below),
  };
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
