import type { Steps } from "../../base/checkpoint.ts";
import { cycleSteps } from "../../machines/spatten/cycle/cycle.ts";
import { secondsOf } from "../../machines/spatten/energy-and-area.ts";
import type { SpattenParameters } from "../../machines/spatten/parameters.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";

/** Where a workload stands under the roofs of a machine. */
export interface RooflinePoint {
  /** Executed operations a byte of DRAM. */
  readonly operationsPerByte: number;
  readonly teraOperationsPerSecond: number;
  readonly gigabytesPerSecond: number;
  readonly milliseconds: number;
}

/** The point of a workload at fidelity cycle, with seed 0. */
export function* rooflinePoint(
  parameters: SpattenParameters,
  workload: AttentionWorkload,
): Steps<RooflinePoint> {
  const { operations, bytes, cycles } = yield* cycleSteps(parameters, workload);
  const seconds = secondsOf(parameters, cycles);
  return {
    operationsPerByte: operations.executed / bytes.total,
    teraOperationsPerSecond: operations.executed / seconds / 1e12,
    gigabytesPerSecond: bytes.total / seconds / 1e9,
    milliseconds: seconds * 1e3,
  };
}
