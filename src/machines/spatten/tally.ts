import type { AttentionJob } from "../../workload/attention-workload.ts";
import type { OperationCounts, StreamBytes } from "../machine-report.ts";
import { noBytes } from "../stream-bytes.ts";
import { executedOperations, recomputedOperations } from "./operations.ts";
import type { HeadTraffic } from "./traffic.ts";

type Writable<Row> = { -readonly [Key in keyof Row]: Row[Key] };

/** Bytes and operations of a phase, a layer or a whole run. */
export interface Tally {
  readonly bytes: Writable<StreamBytes>;
  readonly operations: Writable<OperationCounts>;
}

export function createTally(denseEquivalent: number): Tally {
  return {
    bytes: { ...noBytes },
    operations: { executed: 0, recomputed: 0, denseEquivalent },
  };
}

/** Adds one head's useful bytes and operations. */
export function tallyHead(
  tally: Tally,
  headDimension: number,
  job: AttentionJob,
  traffic: HeadTraffic,
): void {
  for (const stream of ["query", "key", "keyLsb", "value", "output", "append"] as const) {
    tally.bytes[stream] += traffic[stream].bytes;
    tally.bytes.total += traffic[stream].bytes;
  }
  tally.operations.executed += executedOperations(headDimension, job);
  tally.operations.recomputed += recomputedOperations(headDimension, job);
}
