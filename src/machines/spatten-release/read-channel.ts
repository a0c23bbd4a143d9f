import type { DramChannel, DramCounters } from "../../hardware/dram/dram-channel.ts";

/** Counts that every channel gives, and those that some give besides. */
export type ReadChannelCounters = Pick<DramCounters, "reads" | "activates" | "precharges"> &
  Partial<DramCounters>;

/** What the release's fetcher needs of a memory channel. */
export interface ReadChannel
  extends Pick<DramChannel, "outstandingCount" | "canPush" | "push" | "pop" | "tick"> {
  counters(): ReadChannelCounters;
  /**
   * What the next cycles depend on, times from the present cycle and rows from `row`; where a channel has it, what
   * repeats can be skipped.
   */
  relativeState?(row: number): readonly number[];
}

/** The release's DPI wrapper lets that many reads of a channel be under way (hardware.md 5.1). */
export const OUTSTANDING_READ_LIMIT = 16;
