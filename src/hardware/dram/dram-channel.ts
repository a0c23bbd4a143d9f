import type { LostBusCycles } from "./lost-cycles.ts";

/** Raw counts of one channel since cycle 0; ratios and energy are computed from them elsewhere. */
export interface DramCounters {
  /** Cycles that have ended, one for each `tick`. */
  readonly cycles: number;
  /** Column reads and writes on the data bus; a read that a queued write answered is counted apart. */
  readonly reads: number;
  readonly writes: number;
  readonly forwardedReads: number;
  readonly activates: number;
  /** Precharges of one bank. */
  readonly precharges: number;
  /** Precharges of all banks of a pseudo channel or rank, before a refresh. */
  readonly prechargesAll: number;
  readonly refreshes: number;
  /** Ticks in which the chosen precharge was held back and nothing else was tried. */
  readonly deadTicks: number;
  /** Data buses of the channel: its pseudo channels or ranks. `busCount * cycles` is what could be used. */
  readonly busCount: number;
  /**
   * Bus-cycles that carried data; with all causes of `lostBusCycles` it adds up to `busCount * cycles`. Both only where
   * the channel was asked to count them.
   */
  readonly dataBusCycles?: number;
  readonly lostBusCycles?: LostBusCycles;
  /** Reads popped, the sum of their latencies (accepted to popped), and the largest. */
  readonly poppedReads: number;
  readonly latencySumCycles: number;
  readonly latencyMaxCycles: number;
}

/**
 * One memory channel, advanced cycle by cycle exactly as hardware.md 5.1. In each cycle: at most one `push`, then at
 * most one `pop`, then `tick`. A response that nobody pops waits in the response FIFO and keeps its place among the
 * outstanding reads. Cycle c runs tick c + 1; a read whose RD is issued at tick T is seen by `peek` from cycle
 * T + read latency on.
 */
export interface DramChannel {
  /** The present cycle: how many times `tick` was called. */
  readonly cycle: number;
  /** Reads that were taken and not yet popped, the one in the retry register included. */
  readonly outstandingCount: number;
  /** True when a request may be offered in this cycle: retry register empty, and outstanding reads below the limit. */
  canPush(): boolean;
  /**
   * Offers a read of one column access (32 bytes in HBM2); its tag, an integer of at least 0 and below 2^31, comes back
   * with its data. Call before `pop` of the same cycle, once a cycle, and only after `canPush()`.
   */
  push(localAddress: number, tag: number): void;
  /** True when a write may be offered in this cycle; writes have no response and no limit but the retry register. */
  canPushWrite(): boolean;
  /** Offers a write instead of a read. */
  pushWrite(localAddress: number): void;
  /** Tag of the oldest response that may be taken in this cycle, or -1. */
  peek(): number;
  /** Takes that response: its tag, or -1 when there is none. Its place counts as free from the next cycle on. */
  pop(): number;
  /** Ends the cycle: the retry register moves into its queue, completions are delivered, a command is chosen and issued. */
  tick(): void;
  /** The cycle from which the oldest read that is on its way can be popped; Infinity while no read is issued. */
  nextResponseCycle(): number;
  /** Counters so far, as of the present cycle or, at the end of a run, of one that has no tick. */
  counters(cycles?: number): DramCounters;
}
