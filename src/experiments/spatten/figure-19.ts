import type { Fidelity } from "../../machines/machine-report.ts";
import { machineFromConfig } from "../../machines/spatten/machine.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { figure19Sram, figure19TopK } from "./published/figure-19.ts";
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

/** Parameters of `spatten` at a point of the design space. */
export function designPointParameters(
  parameter: DesignPoint["parameter"],
  value: number,
): Readonly<Record<string, number>> {
  return parameter === "topKComparatorCount"
    ? { topKComparatorCount: value }
    : { keySramBytes: value * BYTES_PER_KIBIBYTE, valueSramBytes: value * BYTES_PER_KIBIBYTE };
}

const BYTES_PER_KIBIBYTE = 1024;

/** The point that the paper chose. */
export const designChoice = { topKComparatorCount: 16, sramKibibytes: 192 } as const;

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
  const withTopK = (count: number) => throughput(designPointParameters("topKComparatorCount", count));
  const withSram = (kibibytes: number) => throughput(designPointParameters("sramKibibytes", kibibytes));
  const points: DesignPoint[] = [];
  const chosenTopK = await withTopK(designChoice.topKComparatorCount);
  const chosenSram = await withSram(designChoice.sramKibibytes);
  for (const [value, published] of numbersIn(figure19TopK)) {
    const ours = value === designChoice.topKComparatorCount ? chosenTopK : await withTopK(value);
    points.push(pointOf("topKComparatorCount", value, published, ours, chosenTopK));
  }
  for (const [value, published] of numbersIn(figure19Sram)) {
    const ours = value === designChoice.sramKibibytes ? chosenSram : await withSram(value);
    points.push(pointOf("sramKibibytes", value, published, ours, chosenSram));
  }
  return points;
}

/** Settings and what is published of them, in ascending order. */
export function numbersIn(published: Readonly<Record<number, number>>): [setting: number, value: number][] {
  return Object.entries(published).map(([setting, value]) => [Number(setting), value]);
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
    publishedRatio: published / figure19TopK[designChoice.topKComparatorCount]!,
    oursGigaOperationsPerSecond: ours,
    oursRatio: ours / chosen,
  };
}
