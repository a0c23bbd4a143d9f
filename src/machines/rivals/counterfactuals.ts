import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { Counterfactual } from "../explain.ts";
import type { Machine } from "../machine.ts";
import { IDEAL_DEVICE } from "../spatten/parameters.ts";
import type { RivalParameters } from "./parameters.ts";

/** What `--why` reruns on a rival. */
export function rivalCounterfactuals<Parameters extends RivalParameters>(
  parameters: Parameters,
  workload: WorkloadSource,
  machineOf: (parameters: Parameters) => Machine,
): readonly Counterfactual[] {
  const { dram } = parameters;
  const rows: readonly (readonly [string, string, Partial<RivalParameters>])[] = [
    [
      "ideal-dram",
      "ideal DRAM (an access a cycle and channel: no banks, no refresh)",
      { dram: { ...dram, deviceName: IDEAL_DEVICE, efficiencyRatio: 1 } },
    ],
    [
      "twice-the-channels",
      "twice the DRAM channels",
      { dram: { ...dram, channelCount: 2 * dram.channelCount } },
    ],
    [
      "twice-the-multipliers",
      "twice the multipliers of each module",
      { multiplierCountPerModule: 2 * parameters.multiplierCountPerModule },
    ],
    [
      "twice-the-keys-on-chip",
      "twice the rows of K and V on chip",
      { keyCapacityCount: 2 * parameters.keyCapacityCount },
    ],
  ];
  return rows.map(([id, title, changes]) => ({
    id,
    title,
    machine: machineOf({ ...parameters, ...changes }),
    workload,
  }));
}
