import { SpattenError } from "../../base/errors.ts";
import type { DramObserver } from "./commands.ts";
import type { CompiledDevice } from "./compile-device.ts";
import type { DramChannel, DramCounters } from "./dram-channel.ts";
import { countersOf } from "./dram-counters.ts";
import { RING_TICKS } from "./effective-constraints.ts";
import { EventController } from "./event-controller.ts";
import { ORIGIN_SHIFT_TICKS } from "./tick-times.ts";

const EMPTY = 0;
const HOLDS_READ = 1;
const HOLDS_WRITE = 2;

export interface ChannelOptions {
  /** Reads that may be taken and not yet popped; none where the queue alone limits them. */
  readonly outstandingLimit?: number | undefined;
  readonly observer?: DramObserver | undefined;
  /** Also says why the data buses lost cycles, which costs time. */
  readonly countsLostCycles?: boolean | undefined;
  /** After so many ticks the origin of time moves; for tests. */
  readonly originShiftTicks?: number | undefined;
}

/** The limit, infinite where none is given. @throws SpattenError `config`. */
export function outstandingLimitOf(limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new SpattenError("config", "invalid limit of outstanding reads", {
    where: "outstandingLimit",
    got: String(limit),
    expected: "a whole number of at least 1",
  });
}

/** The fast channel: a tick in which nothing can happen costs two comparisons. */
export class EventDramChannel implements DramChannel {
  outstandingCount = 0;
  private readonly controller: EventController;
  private readonly limit: number;
  private readonly originShiftTicks: number;
  /** The present cycle, from the controller's origin. */
  private now = 0;
  private retryKind = EMPTY;
  private retryAddress = 0;
  private retryTag = 0;
  private readonly pops = { poppedReads: 0, latencySumCycles: 0, latencyMaxCycles: 0 };

  constructor(compiled: CompiledDevice, options: ChannelOptions = {}) {
    this.controller = new EventController(compiled, options.observer, options.countsLostCycles);
    this.limit = outstandingLimitOf(options.outstandingLimit);
    this.originShiftTicks = options.originShiftTicks ?? ORIGIN_SHIFT_TICKS;
  }

  get cycle(): number {
    return this.controller.originTick + this.now;
  }

  canPush(): boolean {
    return this.retryKind === EMPTY && this.outstandingCount < this.limit;
  }

  push(localAddress: number, tag: number): void {
    this.retryKind = HOLDS_READ;
    this.retryAddress = localAddress;
    this.retryTag = tag;
    this.outstandingCount++;
  }

  canPushWrite(): boolean {
    return this.retryKind === EMPTY;
  }

  pushWrite(localAddress: number): void {
    this.retryKind = HOLDS_WRITE;
    this.retryAddress = localAddress;
  }

  peek(): number {
    const { responses } = this.controller;
    return responses.firstCycle <= this.now ? responses.firstTag() : -1;
  }

  pop(): number {
    const { responses } = this.controller;
    if (responses.firstCycle > this.now) return -1;
    const tag = responses.firstTag();
    const latency = this.now - responses.firstAccepted();
    responses.removeFirst();
    this.outstandingCount--;
    this.pops.poppedReads++;
    this.pops.latencySumCycles += latency;
    if (latency > this.pops.latencyMaxCycles) this.pops.latencyMaxCycles = latency;
    return tag;
  }

  tick(): void {
    const tick = this.now + 1;
    const { controller } = this;
    if (this.retryKind !== EMPTY) this.accept(tick);
    if (controller.nextTick <= tick) controller.runUntil(tick);
    this.now = tick;
    if (tick >= this.originShiftTicks) this.moveOrigin();
  }

  nextResponseCycle(): number {
    const { responses, originTick } = this.controller;
    if (responses.count === 0) return Number.POSITIVE_INFINITY;
    return originTick + Math.max(this.now, responses.firstCycle);
  }

  counters(cycles = this.cycle): DramCounters {
    return countersOf(this.controller, this.pops, cycles, this.controller.originTick);
  }

  private accept(tick: number): void {
    const { controller, retryAddress } = this;
    if (this.retryKind === HOLDS_READ) {
      if (!controller.hasReadRoom(retryAddress)) return;
      controller.acceptRead(retryAddress, this.retryTag, tick);
    } else {
      if (!controller.hasWriteRoom()) return;
      controller.acceptWrite(retryAddress, tick);
    }
    this.retryKind = EMPTY;
  }

  private moveOrigin(): void {
    const shiftTicks = this.now - (this.now % RING_TICKS);
    this.controller.rebase(shiftTicks);
    this.now -= shiftTicks;
  }
}
