import { ACTIVATE, PRECHARGE, PRECHARGE_ALL, READ, REFRESH_ALL, WRITE } from "./commands.ts";
import type { DramCounters } from "./dram-channel.ts";
import type { LostCycleLedger } from "./lost-cycles.ts";

/** What the popping side has counted. */
export interface PopTotals {
  readonly poppedReads: number;
  readonly latencySumCycles: number;
  readonly latencyMaxCycles: number;
}

/** What the issuing side has counted. */
export interface IssueTotals {
  /** Commands issued, by their number. */
  readonly issued: ArrayLike<number>;
  readonly forwardedReads: number;
  readonly deadTicks: number;
  readonly busCount: number;
  readonly ledger: LostCycleLedger;
}

/** The counters of a channel after `cycles`; the ledger counts from `originTick`. */
export function countersOf(
  issue: IssueTotals,
  pops: PopTotals,
  cycles: number,
  originTick: number,
): DramCounters {
  const count = (command: number): number => issue.issued[command]!;
  const { dataBusCycles, lostBusCycles } = issue.ledger.total(cycles - originTick);
  return {
    cycles,
    reads: count(READ),
    writes: count(WRITE),
    forwardedReads: issue.forwardedReads,
    activates: count(ACTIVATE),
    precharges: count(PRECHARGE),
    prechargesAll: count(PRECHARGE_ALL),
    refreshes: count(REFRESH_ALL),
    deadTicks: issue.deadTicks,
    busCount: issue.busCount,
    dataBusCycles,
    lostBusCycles,
    poppedReads: pops.poppedReads,
    latencySumCycles: pops.latencySumCycles,
    latencyMaxCycles: pops.latencyMaxCycles,
  };
}
