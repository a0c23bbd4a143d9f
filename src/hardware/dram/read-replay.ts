import type { CompiledDevice } from "./compile-device.ts";
import { readCountersOf } from "./dram-counters.ts";
import { RING_TICKS } from "./effective-constraints.ts";
import { chooseRead } from "./read-choice.ts";
import { ReadController } from "./read-controller.ts";
import type { ReplayResult } from "./replay-result.ts";
import { NEVER } from "./tick-times.ts";

/**
 * The replay of a trace of reads where `suitsReadController`. Every response is popped at once, so a read's pop is known
 * when it is issued, and only acceptances and commands are events. Equal to `TraceReplay` in every result.
 */
export class ReadReplay {
  acceptedCount = 0;
  private readonly controller: ReadController;
  private readonly addresses: ArrayLike<number>;
  private readonly limit: number;
  private readonly originShiftTicks: number;
  private readonly acceptedCycle: Float64Array;
  private readonly poppedCycle: Float64Array;
  private readonly popOrder: Int32Array;
  private poppedCount = 0;
  private latencySumCycles = 0;
  private latencyMaxCycles = 0;
  /** When the next request is accepted; NEVER while that depends on what is not known yet. */
  private acceptCycle = 0;
  private lastAcceptedCycle = -1;
  private lastPopCycle = -1;
  private originTick = 0;

  constructor(
    compiled: CompiledDevice,
    addresses: ArrayLike<number>,
    limit: number,
    originShiftTicks: number,
    countsLostCycles: boolean,
  ) {
    this.controller = new ReadController(compiled, countsLostCycles);
    this.addresses = addresses;
    this.limit = Math.min(limit, NEVER);
    this.originShiftTicks = originShiftTicks;
    this.acceptedCycle = new Float64Array(addresses.length);
    this.poppedCycle = new Float64Array(addresses.length);
    this.popOrder = new Int32Array(addresses.length);
  }

  /** At most so many events; true when the last response is popped. A loop over local variables, for speed. */
  advance(events: number): boolean {
    const { controller, addresses, limit, originShiftTicks, originTick } = this;
    const { acceptedCycle, poppedCycle, popOrder } = this;
    const { readQueueEntries, readLatencyCycles } = controller;
    const never: typeof NEVER = 2147483647;
    const total = addresses.length;
    let { acceptedCount, acceptCycle, lastAcceptedCycle, poppedCount, lastPopCycle } = this;
    let { latencySumCycles, latencyMaxCycles } = this;
    for (let left = events; left > 0 && poppedCount < total; left--) {
      // There is room in the queue from that cycle on.
      let roomCycle = lastAcceptedCycle + 1;
      const tick = controller.nextTick;
      if (acceptCycle < tick) {
        controller.accept(addresses[acceptedCount]!, acceptedCount, acceptCycle);
        acceptedCycle[acceptedCount++] = originTick + acceptCycle;
        lastAcceptedCycle = acceptCycle;
        roomCycle = acceptCycle + 1;
        acceptCycle = never;
      } else {
        if (controller.queuedCount === readQueueEntries && tick > roomCycle) roomCycle = tick;
        const tag = chooseRead(controller);
        if (tag >= 0) {
          const due = tick + readLatencyCycles;
          lastPopCycle = due > lastPopCycle ? due : lastPopCycle + 1;
          const latency = lastPopCycle - controller.issuedAcceptedCycle;
          poppedCycle[tag] = originTick + lastPopCycle;
          popOrder[poppedCount++] = tag;
          latencySumCycles += latency;
          if (latency > latencyMaxCycles) latencyMaxCycles = latency;
        }
        if (tick >= originShiftTicks) left = 1;
      }
      if (acceptCycle !== never || acceptedCount === total || controller.queuedCount === readQueueEntries)
        continue;
      const freed = acceptedCount - limit;
      if (freed < 0) acceptCycle = roomCycle;
      else if (freed < poppedCount) {
        // The place of a response that is popped in cycle c counts from c + 1 on.
        const freeCycle = ((poppedCycle[popOrder[freed]!]! - originTick) | 0) + 1;
        acceptCycle = Math.max(freeCycle, roomCycle);
      }
    }
    this.acceptedCount = acceptedCount;
    this.acceptCycle = acceptCycle;
    this.lastAcceptedCycle = lastAcceptedCycle;
    this.poppedCount = poppedCount;
    this.lastPopCycle = lastPopCycle;
    this.latencySumCycles = latencySumCycles;
    this.latencyMaxCycles = latencyMaxCycles;
    if (controller.drainedTick >= originShiftTicks) this.moveOrigin();
    return poppedCount === total;
  }

  result(): ReplayResult {
    const { acceptedCycle, poppedCycle, popOrder, originTick, latencySumCycles, latencyMaxCycles } = this;
    const cycles = originTick + this.lastPopCycle + 1;
    const pops = { poppedReads: this.poppedCount, latencySumCycles, latencyMaxCycles };
    const counters = readCountersOf(this.controller, pops, cycles, originTick);
    return { cycles, acceptedCycle, poppedCycle, popOrder, counters };
  }

  private moveOrigin(): void {
    const { controller } = this;
    const shiftTicks = controller.drainedTick - (controller.drainedTick % RING_TICKS);
    controller.rebase(shiftTicks);
    this.originTick += shiftTicks;
    this.lastAcceptedCycle -= shiftTicks;
    this.lastPopCycle -= shiftTicks;
    if (this.acceptCycle !== NEVER) this.acceptCycle -= shiftTicks;
  }
}
