import { operandBytes } from "../../../machines/platforms/attention-calls.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { AssumedValues } from "../benchmarks/assumption.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";
import { benchmarkWorkload } from "../benchmarks/synthesis.ts";
import { benchmarksOf, measureSet } from "./benchmark-sets.ts";

export const rooflineFamilies = ["bert", "gpt2"] as const;
export type RooflineFamily = (typeof rooflineFamilies)[number];
export const rooflineMachines = ["spatten", "titan-xp"] as const;
export type RooflineMachine = (typeof rooflineMachines)[number];

/** A family's benchmarks under the roofs of a machine. */
export interface FamilyRuns {
  readonly machine: RooflineMachine;
  readonly runs: readonly Measured[];
  /** Of Q, K, V and outputs of each run, each once: what the figure counts. */
  readonly operandBytes: readonly number[];
}

/** A family's benchmarks on a machine: pruned on `spatten`, dense on the platform. `assume` replaces assumptions. */
export async function familyRuns(
  laboratory: Laboratory,
  machine: RooflineMachine,
  family: RooflineFamily,
  assume: AssumedValues = {},
): Promise<FamilyRuns> {
  const variant = machine === "spatten" ? "pruned" : "dense";
  const runs = await measureSet(laboratory, { machine, set: family, variant, assume });
  return {
    ...{ machine, runs },
    // The accelerator moves nothing else; the platform's model moves every tensor between its calls.
    operandBytes:
      machine === "spatten"
        ? runs.map(({ report }) => report.bytes.total)
        : benchmarksOf(laboratory, family).map(denseOperandBytes),
  };
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
