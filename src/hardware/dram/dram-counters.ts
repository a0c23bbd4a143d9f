import { ACTIVATE, PRECHARGE, PRECHARGE_ALL, READ, REFRESH_ALL, WRITE } from "./commands.ts";
import type { DramCounters } from "./dram-channel.ts";
import type { LostCycleLedger } from "./lost-cycles.ts";
import type { ReadController } from "./read-controller.ts";

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
  readonly ledger: LostCycleLedger | undefined;
}

/** The counters of a channel after `cycles`; the ledger counts from `originTick`. */
export function countersOf(
  issue: IssueTotals,
  pops: PopTotals,
  cycles: number,
  originTick: number,
): DramCounters {
  const count = (command: number): number => issue.issued[command]!;
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
    poppedReads: pops.poppedReads,
    latencySumCycles: pops.latencySumCycles,
    latencyMaxCycles: pops.latencyMaxCycles,
    ...issue.ledger?.total(cycles - originTick),
  };
}

/** The same of a controller that has reads alone. */
export function readCountersOf(
  { issuedReads, activates, precharges, deadTicks, busCount, ledger }: ReadController,
  pops: PopTotals,
  cycles: number,
  originTick: number,
): DramCounters {
  const issued: number[] = [];
  issued[ACTIVATE] = activates;
  issued[PRECHARGE] = precharges;
  issued[READ] = issuedReads;
  issued[WRITE] = 0;
  issued[PRECHARGE_ALL] = 0;
  issued[REFRESH_ALL] = 0;
  return countersOf({ issued, forwardedReads: 0, deadTicks, busCount, ledger }, pops, cycles, originTick);
}
