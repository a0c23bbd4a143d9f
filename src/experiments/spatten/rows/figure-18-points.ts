import { geomean, mean } from "../../../base/statistics.ts";
import { operandBytes } from "../../../machines/platforms/attention-calls.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { NamedWorkload } from "../../ledger/named-workloads.ts";
import type { AssumedValues } from "../benchmarks/assumption.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";
import { benchmarkWorkload } from "../benchmarks/synthesis.ts";

export const rooflineFamilies = ["bert", "gpt2"] as const;
export type RooflineFamily = (typeof rooflineFamilies)[number];
export const rooflineMachines = ["spatten", "titan-xp"] as const;
export type RooflineMachine = (typeof rooflineMachines)[number];

/** One benchmark under the roofs of a machine: what it executes, moves and takes. */
export interface BenchmarkPoint {
  readonly operations: number;
  readonly denseOperations: number;
  readonly seconds: number;
  /** Of Q, K, V and outputs, each once: what the figure counts. */
  readonly operandBytes: number;
  /** All that the machine's model moves. */
  readonly bytes: number;
  readonly hingesOn: { readonly seconds: readonly string[]; readonly workload: readonly string[] };
}

/** Points of a family's benchmarks on a machine: pruned on `spatten`, dense on the platform. `assume` replaces assumptions. */
export function benchmarkPoints(
  laboratory: Laboratory,
  machine: RooflineMachine,
  family: RooflineFamily,
  assume?: AssumedValues,
): Promise<BenchmarkPoint[]> {
  const benchmarks = laboratory.benchmarks.filter(({ id }) => id.startsWith(family));
  return Promise.all(
    benchmarks.map(async (benchmark) => {
      const workload: NamedWorkload = {
        ...{ kind: "benchmark", id: benchmark.id, variant: machine === "spatten" ? "pruned" : "dense" },
        ...(assume === undefined ? {} : { assume }),
      };
      const { report, hingesOn } = await laboratory.measure({ machine, workload });
      const { operations, bytes, seconds } = report;
      return {
        operations: operations.executed,
        denseOperations: operations.denseEquivalent,
        ...{ seconds, hingesOn, bytes: bytes.total },
        // The accelerator moves nothing else; the platform's model moves every tensor between its calls.
        operandBytes: machine === "spatten" ? bytes.total : denseOperandBytes(benchmark),
      };
    }),
  );
}

const FLOAT_BYTES = 4;

function denseOperandBytes(benchmark: Benchmark): number {
  const { header } = benchmarkWorkload(benchmark, { variant: "dense" });
  let bytes = 0;
  for (let iteration = 0; iteration < header.iterationCount; iteration++) {
    bytes += header.model.layerCount * operandBytes(header, iteration, FLOAT_BYTES);
  }
  return bytes;
}

/** A ratio of two sums of the points, in the means that an average can be. */
export function meansOf(
  points: readonly BenchmarkPoint[],
  above: (point: BenchmarkPoint) => number,
  below: (point: BenchmarkPoint) => number,
) {
  const ratios = points.map((point) => above(point) / below(point));
  return {
    geometric: geomean(ratios),
    arithmetic: mean(ratios),
    harmonic: 1 / mean(ratios.map((ratio) => 1 / ratio)),
    ofSums: mean(points.map(above)) / mean(points.map(below)),
  };
}
