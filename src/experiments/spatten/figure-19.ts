import type { Fidelity } from "../../machines/machine-report.ts";
import { machineFromConfig } from "../../machines/spatten/machine.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { RestOptions } from "./rest-options.ts";

/** A point of the design space: published throughput, ours, and both as ratios to the paper's choice. */
export interface DesignPoint {
  readonly parameter: "topKComparatorCount" | "sramKibibytes";
  readonly value: number;
  readonly publishedGigaOperationsPerSecond: number;
  readonly publishedRatio: number;
  readonly oursGigaOperationsPerSecond: number;
  readonly oursRatio: number;
}

/** SpAtten (HPCA 2021), Fig 19, in GFLOPS on one GPT-2 application that the paper does not name. */
const publishedTopK = [
  [1, 168.4],
  [2, 298.8],
  [4, 485.4],
  [8, 652.8],
  [16, 776.2],
  [32, 770.9],
] as const;

/** The same figure: K and V memory, KiB each (196 KB in the paper's words are 192 KiB). */
const publishedSram = [
  [192, 776.2],
  [384, 785.3],
  [768, 774.8],
] as const;

const CHOSEN_TOP_K = 16;
const CHOSEN_SRAM = 192;
const PUBLISHED_AT_CHOICE = 776.2;

/**
 * Fig 19 on a workload, executed operations a second. Only ratios compare: application and counting convention of the
 * figure are unknown. Nothing of it enters the model. @throws SpattenError as the machine does.
 */
export async function figure19(
  workload: AttentionWorkload,
  fidelity: Fidelity,
  seeds: readonly number[] = [0],
  rests: RestOptions = {},
): Promise<DesignPoint[]> {
  const throughput = async (change: object): Promise<number> => {
    const machine = machineFromConfig({ extends: "spatten", id: "figure-19", ...change });
    const { operations, seconds } = await machine.simulate(workload, { ...rests, fidelity, seeds });
    return operations.executed / seconds / 1e9;
  };
  const withTopK = (count: number) => throughput({ topKComparatorCount: count });
  const withSram = (kibibytes: number) =>
    throughput({ keySramBytes: kibibytes * 1024, valueSramBytes: kibibytes * 1024 });
  const points: DesignPoint[] = [];
  const chosenTopK = await withTopK(CHOSEN_TOP_K);
  const chosenSram = await withSram(CHOSEN_SRAM);
  for (const [value, published] of publishedTopK) {
    const ours = value === CHOSEN_TOP_K ? chosenTopK : await withTopK(value);
    points.push(pointOf("topKComparatorCount", value, published, ours, chosenTopK));
  }
  for (const [value, published] of publishedSram) {
    const ours = value === CHOSEN_SRAM ? chosenSram : await withSram(value);
    points.push(pointOf("sramKibibytes", value, published, ours, chosenSram));
  }
  return points;
}

function pointOf(
  parameter: DesignPoint["parameter"],
  value: number,
  published: number,
  ours: number,
  chosen: number,
): DesignPoint {
  return {
    parameter,
    value,
    publishedGigaOperationsPerSecond: published,
    publishedRatio: published / PUBLISHED_AT_CHOICE,
    oursGigaOperationsPerSecond: ours,
    oursRatio: ours / chosen,
  };
}
