import { geomean } from "../../../base/statistics.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";
import { benchmarksOf } from "../rows/benchmark-sets.ts";
import { type AblationChoice, type AblationStep, ablationStepIds, ablationSteps } from "./steps.ts";

/** A step of the chain over TITAN Xp, geometric means of the benchmarks of GPT-2. */
export interface AblationPoint {
  readonly speedup: number;
  readonly executedOperations: number;
  /** Anchors behind the step's own time, behind that of the GPU, and behind its operations. */
  readonly hingesOn: {
    readonly time: readonly string[];
    readonly gpu: readonly string[];
    readonly operations: readonly string[];
  };
}

export type AblationChain = Readonly<Record<AblationStep["id"], AblationPoint>>;

/** The chain on every benchmark of GPT-2. @throws SpattenError as the machines do. */
export async function ablationChain(laboratory: Laboratory, choice: AblationChoice): Promise<AblationChain> {
  const benchmarks = benchmarksOf(laboratory, "gpt2");
  const chains = await Promise.all(benchmarks.map((row) => chainOf(laboratory, row, choice)));
  const points = ablationStepIds.map((id, index): [string, AblationPoint] => {
    const own = chains.map((chain) => chain[index]!);
    return [
      id,
      {
        speedup: geomean(own.map(({ speedup }) => speedup)),
        executedOperations: geomean(own.map(({ executedOperations }) => executedOperations)),
        hingesOn: {
          time: own.flatMap(({ hingesOn }) => hingesOn.time),
          gpu: own.flatMap(({ hingesOn }) => hingesOn.gpu),
          operations: own.flatMap(({ hingesOn }) => hingesOn.operations),
        },
      },
    ];
  });
  return Object.fromEntries(points) as Record<AblationStep["id"], AblationPoint>;
}

async function chainOf(
  { measure }: Laboratory,
  row: Benchmark,
  choice: AblationChoice,
): Promise<AblationPoint[]> {
  const benchmark = { kind: "benchmark", id: row.id } as const;
  const gpu = await measure({ machine: "titan-xp", workload: { ...benchmark, variant: "dense" } });
  return Promise.all(
    ablationSteps(row, choice).map(async ({ machine, assume, madeFrom }) => {
      const { report, hingesOn } = await measure({ machine, workload: { ...benchmark, assume } });
      const from = row.assumptions.filter(({ id }) => madeFrom.includes(id));
      const further = from.flatMap(({ anchors = [] }) => anchors);
      return {
        speedup: gpu.report.seconds / report.seconds,
        executedOperations: report.operations.executed,
        hingesOn: {
          time: [...hingesOn.seconds, ...further],
          gpu: gpu.hingesOn.seconds,
          operations: hingesOn.workload,
        },
      };
    }),
  );
}
