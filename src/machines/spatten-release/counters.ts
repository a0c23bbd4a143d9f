import type { ReleaseMachine } from "./machine.ts";
import type { ReadChannel, ReadChannelCounters } from "./read-channel.ts";

/** Where a unit's cycles went: busy, or stalled for a cause. They add up to the clocked cycles. */
export interface ReleaseUnitCycles {
  readonly busyCycles: number;
  readonly stallCycles: Readonly<Record<string, number>>;
}

/** Raw counts of a run, beside its cycles. */
export interface ReleaseCounters {
  /** Clocked cycles before the last response: the printed cycles without the 16 of reset. */
  readonly clockedCycles: number;
  readonly units: Readonly<Record<string, ReleaseUnitCycles>>;
  /** Events of the units; reads and lines are those of 32 bytes and of a buffer. */
  readonly events: Readonly<Record<string, number>>;
  /** A row for each memory channel. */
  readonly dramChannels: readonly ReadChannelCounters[];
}

/** Reads the counters of every unit. */
export function countersOf(
  machine: ReleaseMachine,
  channels: readonly ReadChannel[],
  clockedCycles: number,
): ReleaseCounters {
  const { keyAllocator, fetchArbiter, realign, queryKeyProduct, topK, valueHead } = machine;
  const { thrownPops, ...realignCycles } = realign.counters;
  const { roomRefusals, ...valueHeadCycles } = valueHead.counters;
  /** `xCycles` of a unit's counters becomes cause `x`; what no counter holds has the cause that most cycles have. */
  const unitCycles = (
    { busyCycles, ...stalls }: { busyCycles: number } & Record<string, number>,
    commonCause: string,
  ): ReleaseUnitCycles => {
    const causes = Object.entries(stalls).map(
      ([key, cycles]) => [key.replace(/Cycles$/, ""), cycles] as const,
    );
    const counted = causes.reduce((sum, [, cycles]) => sum + cycles, busyCycles);
    return {
      busyCycles,
      stallCycles: Object.fromEntries([...causes, [commonCause, clockedCycles - counted]]),
    };
  };
  return {
    clockedCycles,
    units: {
      keyAllocator: unitCycles(keyAllocator.counters, "issue"),
      fetch: unitCycles(fetchArbiter.counters, "lane"),
      realign: unitCycles(realignCycles, "fragment"),
      queryKeyProduct: unitCycles(queryKeyProduct.counters, "key"),
      topK: unitCycles(topK.counters, "score"),
      valueHead: unitCycles(valueHeadCycles, "empty"),
      probabilityValueProduct: unitCycles(machine.probabilityValueProduct.counters, "score"),
    },
    events: {
      fragments: machine.lanes.collectedCount,
      acceptedReads: machine.crossbar.counters.acceptedReads,
      waitingChannelCycles: machine.crossbar.counters.waitingChannelCycles,
      heldResponseChannelCycles: machine.crossbar.counters.heldResponseChannelCycles,
      thrownPaddingPops: thrownPops,
      valueRoomRefusals: roomRefusals,
      redonePasses: machine.scoreFifo.counters.redonePasses,
      keyLinesWritten: machine.keyMemory.writes,
      keyLinesRead: machine.keyReader.counters.lines,
      keyRollbacks: machine.keyReader.counters.rollbacks,
      valueLinesWritten: machine.valueMemory.writes,
      valueLinesRead: machine.valueReader.counters.lines,
      valueRollbacks: machine.valueReader.counters.rollbacks,
    },
    dramChannels: channels.map((channel) => channel.counters()),
  };
}
