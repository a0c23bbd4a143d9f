import type { Laboratory } from "../../ledger/experiment.ts";
import { type addressMapNames, GENERATED_TOKENS, weightRun } from "../absolute-anchors.ts";

/** How fully connected layers are timed. */
export interface WeightsRequest {
  readonly model: string;
  readonly weightBits: number;
  /** Default `cycle`: what the DRAM makes of the stream is the whole time. */
  readonly fidelity?: "analytical" | "cycle";
  /** Default: the preset's. */
  readonly addressMapName?: (typeof addressMapNames)[number];
}

/** What the weights of 32 generated tokens take. */
export interface WeightsTime {
  readonly seconds: number;
  readonly weightBytes: number;
  readonly operations: number;
  readonly bandwidthBytesPerSecond: number;
  readonly on: string;
}

/** The fully connected layers of 32 generated tokens on `spatten-e2e`, nothing pruned. @throws SpattenError as it does. */
export async function weightsTime(
  { measure }: Laboratory,
  { model, weightBits, fidelity = "cycle", addressMapName }: WeightsRequest,
): Promise<WeightsTime> {
  const { repeatCount, ...options } = weightRun(fidelity);
  const { report } = await measure({
    machine:
      addressMapName === undefined ? "spatten-e2e" : { extends: "spatten-e2e", dram: { addressMapName } },
    workload: { kind: "fully-connected", model, tokenCount: GENERATED_TOKENS, weightBits },
    ...options,
  });
  return {
    seconds: report.seconds * repeatCount,
    weightBytes: report.bytes.weight * repeatCount,
    operations: report.operations.executed * repeatCount,
    bandwidthBytesPerSecond: report.bytes.weight / report.seconds,
    on: `spatten-e2e on ${report.workload}, ${fidelity}${repeatCount === 1 ? "" : `, one token times ${repeatCount}`}`,
  };
}
