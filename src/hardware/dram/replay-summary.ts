import type { CompiledDevice } from "./compile-device.ts";
import { type LostBusCycles, type LostCycleCause, lostCycleCauses } from "./lost-cycles.ts";
import type { ReplayResult } from "./replay-result.ts";

/** Figures of a replay, as dram.md defines them. */
export interface ReplaySummary {
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  readonly forwardedReads: number;
  /** Until the last response is popped, or the last write issued. */
  readonly cycles: number;
  readonly nanoseconds: number;
  readonly bytesPerCycle: number;
  /** From acceptance to pop, over all reads; null where there are none. */
  readonly latencyCycles: {
    readonly mean: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  } | null;
  readonly outOfOrderPops: number;
  readonly activates: number;
  readonly precharges: number;
  readonly prechargesAll: number;
  readonly refreshes: number;
  /** 1 - activates / accesses: not a count of row hits. */
  readonly hitRate: number;
  /**
   * Cycles with data, and those without by cause, averaged over the data buses: together `cycles`. Null where the replay
   * was not asked to count them.
   */
  readonly dataCycles: number | null;
  readonly lostCycles: Readonly<Record<LostCycleCause, number>> | null;
  /** Ticks in which a precharge was held back and nothing else tried; they are among the lost. */
  readonly deadTicks: number;
}

export function summarizeReplay(compiled: CompiledDevice, result: ReplayResult): ReplaySummary {
  const { counters, cycles } = result;
  const { busCount, dataBusCycles, lostBusCycles } = counters;
  const accesses = counters.reads + counters.writes;
  return {
    requests: result.poppedCycle.length,
    reads: counters.reads,
    writes: counters.writes,
    forwardedReads: counters.forwardedReads,
    cycles,
    nanoseconds: cycles * compiled.device.clockNanoseconds,
    bytesPerCycle: (accesses * compiled.device.organization.accessBytes) / cycles,
    latencyCycles: latencies(result),
    outOfOrderPops: outOfOrderPops(result.popOrder),
    activates: counters.activates,
    precharges: counters.precharges,
    prechargesAll: counters.prechargesAll,
    refreshes: counters.refreshes,
    hitRate: accesses === 0 ? 0 : 1 - counters.activates / accesses,
    dataCycles: dataBusCycles === undefined ? null : dataBusCycles / busCount,
    lostCycles: lostBusCycles === undefined ? null : perBus(lostBusCycles, busCount),
    deadTicks: counters.deadTicks,
  };
}

function perBus(lost: LostBusCycles, busCount: number): Record<LostCycleCause, number> {
  return Object.fromEntries(lostCycleCauses.map((cause) => [cause, lost[cause] / busCount])) as Record<
    LostCycleCause,
    number
  >;
}

function latencies({ acceptedCycle, poppedCycle, popOrder, counters }: ReplayResult) {
  const count = popOrder.length;
  if (count === 0) return null;
  const sorted = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const request = popOrder[index]!;
    sorted[index] = poppedCycle[request]! - acceptedCycle[request]!;
  }
  sorted.sort();
  return {
    mean: counters.latencySumCycles / count,
    p50: sorted[Math.floor(count * 0.5)]!,
    p99: sorted[Math.floor(count * 0.99)]!,
    max: counters.latencyMaxCycles,
  };
}

/** Pops with a lower index than some earlier pop. */
function outOfOrderPops(popOrder: Int32Array): number {
  let highest = -1;
  let count = 0;
  for (const index of popOrder) {
    if (index < highest) count++;
    else highest = index;
  }
  return count;
}
