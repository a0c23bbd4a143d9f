import type { DramCounters } from "./dram-channel.ts";

/** What the replay of a trace gives; cycles are those of hardware.md 5.1. */
export interface ReplayResult {
  /** The last popped cycle + 1. */
  readonly cycles: number;
  /** Per request, in the order of the trace; -1 for the popped cycle of a write. */
  readonly acceptedCycle: Float64Array;
  readonly poppedCycle: Float64Array;
  /** Indexes of reads in the order in which they were popped. */
  readonly popOrder: Int32Array;
  readonly counters: DramCounters;
}
