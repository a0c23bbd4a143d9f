import type { DramObserver } from "./commands.ts";

/** How a trace is replayed. */
export interface ReplayOptions {
  /** Reads that may be taken and not yet popped; none where the queue alone limits them. */
  readonly outstandingLimit?: number | undefined;
  /** 1 for each request that is a write; all are reads where it is absent. */
  readonly isWrite?: Uint8Array | undefined;
  readonly observer?: DramObserver | undefined;
  /** Also says why the data buses lost cycles, which costs time. */
  readonly countsLostCycles?: boolean | undefined;
  /** After so many ticks the origin of time moves; for tests. */
  readonly originShiftTicks?: number | undefined;
}
