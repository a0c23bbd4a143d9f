import { WRITE } from "./commands.ts";
import type { CompiledDevice } from "./compile-device.ts";
import { countersOf } from "./dram-counters.ts";
import { RING_TICKS } from "./effective-constraints.ts";
import { outstandingLimitOf } from "./event-channel.ts";
import { EventController } from "./event-controller.ts";
import type { ReplayOptions } from "./replay-options.ts";
import type { ReplayResult } from "./replay-result.ts";
import { NEVER, ORIGIN_SHIFT_TICKS } from "./tick-times.ts";

/**
 * The replay of a trace from event to event: a request is offered in every cycle, every response is popped at once.
 * It ends with the cycle in which the last read is popped, or by which the last write was issued.
 * Equal in every cycle to push, pop and tick of a channel, as hardware.md 5.1 has them.
 */
export class TraceReplay {
  acceptedCount = 0;
  private readonly controller: EventController;
  private addresses: ArrayLike<number>;
  private isWrite: Uint8Array | undefined;
  private readonly readCount: number;
  private readonly limit: number;
  private readonly originShiftTicks: number;
  private acceptedCycle: Float64Array;
  private poppedCycle: Float64Array;
  private popOrder: Int32Array;
  private readonly pops = { poppedReads: 0, latencySumCycles: 0, latencyMaxCycles: 0 };
  private outstandingCount = 0;
  /** True while request `acceptedCount` is in the retry register. */
  private isRetrying = false;
  private cycle = 0;
  private lastPopCycle = -1;

  constructor(compiled: CompiledDevice, addresses: ArrayLike<number>, options: ReplayOptions) {
    const { isWrite } = options;
    this.controller = new EventController(compiled, options.observer, options.countsLostCycles);
    this.addresses = addresses;
    this.isWrite = isWrite;
    this.readCount = addresses.length - (isWrite?.reduce((sum, flag) => sum + flag, 0) ?? 0);
    this.limit = outstandingLimitOf(options.outstandingLimit);
    this.originShiftTicks = options.originShiftTicks ?? ORIGIN_SHIFT_TICKS;
    this.acceptedCycle = new Float64Array(addresses.length);
    this.poppedCycle = new Float64Array(addresses.length);
    if (isWrite !== undefined) this.poppedCycle.fill(-1);
    this.popOrder = new Int32Array(this.readCount);
  }

  /** At most so many cycles in which something happens; true when the last response is popped. */
  advance(events: number): boolean {
    return this.isWrite === undefined && this.advanceReads(events) === 0 ? false : this.advanceAny(events);
  }

  /**
   * `advanceAny` for reads, up to the last that is accepted, as one loop over local variables. Gives how many of the
   * events are left.
   */
  private advanceReads(events: number): number {
    const { controller, addresses, poppedCycle, acceptedCycle, popOrder, pops, limit, originShiftTicks } =
      this;
    const { responses, reads, readQueueEntries } = controller;
    const never: typeof NEVER = 2147483647;
    const total = addresses.length;
    let { cycle, acceptedCount, outstandingCount, lastPopCycle } = this;
    let { poppedReads, latencySumCycles, latencyMaxCycles } = pops;
    let left = events;
    for (; left > 0 && acceptedCount < total; left--) {
      // Pops of earlier cycles: their places are free.
      while (responses.firstCycle < cycle) {
        const at = responses.firstCycle > lastPopCycle ? responses.firstCycle : lastPopCycle + 1;
        if (at >= cycle) break;
        const tag = responses.firstTag();
        const latency = at - responses.firstAccepted();
        responses.removeFirst();
        lastPopCycle = at;
        outstandingCount--;
        poppedCycle[tag] = controller.originTick + at;
        popOrder[poppedReads++] = tag;
        latencySumCycles += latency;
        if (latency > latencyMaxCycles) latencyMaxCycles = latency;
      }
      let next = cycle + 1;
      // Without writes a read is accepted in the cycle in which it is offered, or waits for a place in the queue.
      if (outstandingCount < limit && reads.count < readQueueEntries) {
        outstandingCount++;
        controller.acceptRead(addresses[acceptedCount]!, acceptedCount, next);
        acceptedCycle[acceptedCount++] = controller.originTick + cycle;
      }
      if (acceptedCount === total) {
        // Nobody is left to be waited for; the drain knows where to stop.
        if (controller.nextTick <= next) controller.runUntil(next);
      } else if (outstandingCount < limit) {
        if (reads.count < readQueueEntries) {
          if (controller.nextTick <= next) controller.runUntil(next);
        } else next = Math.max(next, controller.runWhileFull(originShiftTicks));
      } else {
        // The place of the response that is popped in cycle c counts from c + 1 on.
        const { firstCycle } = responses;
        if (firstCycle !== never)
          next = Math.max(next, (firstCycle > lastPopCycle ? firstCycle : lastPopCycle + 1) + 1);
        if (controller.nextTick <= next) controller.runUntil(next);
        if (firstCycle === never && responses.firstCycle === never)
          next = Math.max(next, controller.nextTick - 1);
      }
      cycle = next;
      if (cycle >= originShiftTicks) break;
    }
    this.cycle = cycle;
    this.acceptedCount = acceptedCount;
    this.outstandingCount = outstandingCount;
    this.lastPopCycle = lastPopCycle;
    pops.poppedReads = poppedReads;
    pops.latencySumCycles = latencySumCycles;
    pops.latencyMaxCycles = latencyMaxCycles;
    if (cycle >= originShiftTicks) this.moveOrigin();
    return acceptedCount < total ? 0 : left;
  }

  private advanceAny(events: number): boolean {
    const { controller } = this;
    for (let event = 0; event < events; event++) {
      const { cycle } = this;
      if (controller.responses.firstCycle < cycle) this.popUntil(cycle - 1);
      if (this.acceptedCount < this.addresses.length) this.offer(cycle);
      if (controller.responses.firstCycle <= cycle) this.popUntil(cycle);
      const { nextTick } = controller;
      let end = this.endCycle();
      if (cycle >= end) return true;
      if (nextTick <= cycle + 1) {
        controller.runUntil(cycle + 1);
        end = this.endCycle();
      }
      const next = Math.min(end, this.nextCycle(cycle));
      this.cycle = next > cycle ? next : cycle + 1;
      if (this.cycle >= this.originShiftTicks) this.moveOrigin();
    }
    return false;
  }

  result(): ReplayResult {
    const { controller } = this;
    const cycles = controller.originTick + this.cycle + 1;
    return {
      cycles,
      acceptedCycle: this.acceptedCycle,
      poppedCycle: this.poppedCycle,
      popOrder: this.popOrder,
      counters: countersOf(controller, this.pops, cycles, controller.originTick),
    };
  }

  /** hardware.md 5.1, step 1. */
  private offer(cycle: number): void {
    const { controller } = this;
    const index = this.acceptedCount;
    const address = this.addresses[index]!;
    const isWrite = this.isWrite !== undefined && this.isWrite[index] === 1;
    if (!this.isRetrying) {
      if (!isWrite) {
        if (this.outstandingCount >= this.limit) return;
        this.outstandingCount++;
      }
      this.isRetrying = true;
    }
    if (isWrite) {
      if (!controller.hasWriteRoom()) return;
      controller.acceptWrite(address, cycle + 1);
    } else {
      if (!controller.hasReadRoom(address)) return;
      controller.acceptRead(address, index, cycle + 1);
    }
    this.isRetrying = false;
    this.acceptedCycle[index] = controller.originTick + cycle;
    this.acceptedCount = index + 1;
  }

  /** Pops need no event: each has its cycle from its RD, one a cycle. */
  private popUntil(cycle: number): void {
    const { responses, originTick } = this.controller;
    const { pops } = this;
    while (responses.firstCycle <= cycle) {
      const at = Math.max(responses.firstCycle, this.lastPopCycle + 1);
      if (at > cycle) return;
      const tag = responses.firstTag();
      const latency = at - responses.firstAccepted();
      responses.removeFirst();
      this.lastPopCycle = at;
      this.outstandingCount--;
      this.poppedCycle[tag] = originTick + at;
      this.popOrder[pops.poppedReads++] = tag;
      pops.latencySumCycles += latency;
      if (latency > pops.latencyMaxCycles) pops.latencyMaxCycles = latency;
    }
  }

  /** The last cycle; NEVER until every read is on its way and every write is issued. */
  private endCycle(): number {
    if (this.acceptedCount < this.addresses.length) return NEVER;
    const { responses, issued, lastWriteTick } = this.controller;
    if (this.pops.poppedReads + responses.count < this.readCount) return NEVER;
    if (issued[WRITE]! < this.addresses.length - this.readCount) return NEVER;
    const last = Math.max(this.lastPopCycle, lastWriteTick);
    if (responses.count === 0) return last;
    return Math.max(last, responses.lastCycle, this.lastPopCycle + responses.count);
  }

  /** The next cycle in which a command, or the next request, may go; commands before the next request are issued. */
  private nextCycle(cycle: number): number {
    const { controller, acceptedCount, isWrite } = this;
    const next = controller.nextTick - 1;
    if (acceptedCount === this.addresses.length) return next;
    const isNextWrite = isWrite !== undefined && isWrite[acceptedCount] === 1;
    if (this.isRetrying) {
      const hasRoom = isNextWrite
        ? controller.hasWriteRoom()
        : controller.hasReadRoom(this.addresses[acceptedCount]!);
      if (hasRoom) return cycle + 1;
      return isWrite === undefined ? controller.runWhileFull(this.originShiftTicks) : next;
    }
    if (isNextWrite || this.outstandingCount < this.limit) return cycle + 1;
    const { firstCycle } = controller.responses;
    if (firstCycle === NEVER) return next;
    const freed = Math.max(firstCycle, this.lastPopCycle + 1) + 1;
    controller.runUntil(freed);
    return freed;
  }

  private moveOrigin(): void {
    const shiftTicks = this.cycle - (this.cycle % RING_TICKS);
    this.popUntil(this.cycle - 1);
    this.controller.rebase(shiftTicks);
    this.cycle -= shiftTicks;
    this.lastPopCycle -= shiftTicks;
  }
}
