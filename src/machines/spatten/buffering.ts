import type { AttentionJob } from "../../workload/attention-workload.ts";
import type { Phase } from "./jobs.ts";
import type { SpattenParameters } from "./parameters.ts";

/**
 * How K and V of a head reach the multipliers. `double`: loaded while the head before is computed. `single`: loaded
 * once, but both halves of the buffer are needed. `streamed`: fetched for each query, as in a generation.
 */
export type Buffering = "double" | "single" | "streamed";

/** Buffering of a head: by the phase, and by the larger of K's and V's share of its SRAM. */
export function bufferingOf(
  parameters: SpattenParameters,
  headDimension: number,
  phase: Phase,
  job: AttentionJob,
): Buffering {
  if (phase === "generation") return "streamed";
  const rowBytes = (headDimension * parameters.datapathBits) / 8;
  const keyShare = (job.keyCount * rowBytes) / parameters.keySramBytes;
  const valueShare = (job.valueCount * rowBytes) / parameters.valueSramBytes;
  const share = Math.max(keyShare, valueShare);
  if (share <= 0.5) return "double";
  return share <= 1 ? "single" : "streamed";
}
