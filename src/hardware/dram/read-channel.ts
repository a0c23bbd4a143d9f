import { SpattenError } from "../../base/errors.ts";
import type { CompiledDevice } from "./compile-device.ts";
import type { DramCounters } from "./dram-channel.ts";
import { readCountersOf } from "./dram-counters.ts";
import { RING_TICKS } from "./effective-constraints.ts";
import { chooseRead } from "./read-choice.ts";
import { ReadController, suitsReadController } from "./read-controller.ts";
import { NEVER, ORIGIN_SHIFT_TICKS } from "./tick-times.ts";

export interface ReadChannelOptions {
  /** Reads that may be taken and not yet popped; at most as many as the read queue has entries. */
  readonly outstandingLimit: number;
  /** Also says why the data buses lost cycles, which costs time. */
  readonly countsLostCycles?: boolean;
  /** After so many ticks the origin of time moves; for tests. */
  readonly originShiftTicks?: number;
}

/** Of a response in the ring: when it can be popped, its tag, when its read was accepted. */
const RESPONSE_NUMBERS = 4;
const TAG_AT = 1;
const ACCEPTED_AT = 2;

/**
 * `EventDramChannel` for reads alone, on the devices of `suitsReadController` and with a limit that the queue never
 * reaches, so that a read is accepted in the cycle of its push. @throws SpattenError `config` for others.
 */
export class ReadDramChannel {
  outstandingCount = 0;
  private readonly controller: ReadController;
  private readonly limit: number;
  private readonly originShiftTicks: number;
  private readonly readLatencyCycles: number;
  /** The present cycle, from an origin. */
  private now = 0;
  private originTick = 0;
  /** When the oldest response can be popped, or NEVER. */
  private firstCycle = NEVER;
  private readonly responses: Int32Array;
  private readonly responseMask: number;
  private addedCount = 0;
  private poppedCount = 0;
  private latencySumCycles = 0;
  private latencyMaxCycles = 0;

  constructor(compiled: CompiledDevice, options: ReadChannelOptions) {
    const { readQueueEntries } = compiled.device.controller;
    const { outstandingLimit, originShiftTicks = ORIGIN_SHIFT_TICKS } = options;
    if (!suitsReadController(compiled) || !(outstandingLimit >= 1 && outstandingLimit <= readQueueEntries)) {
      throw new SpattenError("config", "no channel for reads alone", {
        where: compiled.device.id,
        got: `a limit of ${outstandingLimit} reads`,
        expected: `1 to ${readQueueEntries}, on a shared command bus without refresh`,
      });
    }
    this.controller = new ReadController(compiled, options.countsLostCycles);
    this.limit = outstandingLimit;
    this.originShiftTicks = originShiftTicks;
    this.readLatencyCycles = compiled.readLatencyCycles;
    this.responseMask = 2 ** Math.ceil(Math.log2(outstandingLimit)) - 1;
    this.responses = new Int32Array((this.responseMask + 1) * RESPONSE_NUMBERS);
  }

  get cycle(): number {
    return this.originTick + this.now;
  }

  /** True when a read may be pushed in this cycle. */
  canPush(): boolean {
    return this.outstandingCount < this.limit;
  }

  /** As `DramChannel.push`. */
  push(localAddress: number, tag: number): void {
    this.outstandingCount++;
    this.controller.accept(localAddress, tag, this.now);
  }

  /** As `DramChannel.pop`: the tag of the oldest response, or -1. */
  pop(): number {
    if (this.firstCycle > this.now) return -1;
    const { responses, responseMask } = this;
    const at = (this.poppedCount++ & responseMask) * RESPONSE_NUMBERS;
    const latency = this.now - responses[at + ACCEPTED_AT]!;
    this.latencySumCycles += latency;
    if (latency > this.latencyMaxCycles) this.latencyMaxCycles = latency;
    this.outstandingCount--;
    this.firstCycle =
      this.poppedCount === this.addedCount
        ? NEVER
        : responses[(this.poppedCount & responseMask) * RESPONSE_NUMBERS]!;
    return responses[at + TAG_AT]!;
  }

  /** Ends the cycle. */
  tick(): void {
    const tick = ++this.now;
    if (this.controller.nextTick <= tick) this.choose(tick);
    if (tick >= this.originShiftTicks) this.moveOrigin();
  }

  counters(cycles = this.cycle): DramCounters {
    const { poppedCount: poppedReads, latencySumCycles, latencyMaxCycles } = this;
    const pops = { poppedReads, latencySumCycles, latencyMaxCycles };
    return readCountersOf(this.controller, pops, cycles, this.originTick);
  }

  /** What the next cycles depend on: times from the present cycle, rows from `row`. */
  relativeState(row: number): readonly number[] {
    const { responses, responseMask, now } = this;
    const numbers = this.controller.relativeState(row, now);
    numbers.push(this.outstandingCount, this.addedCount - this.poppedCount);
    for (let response = this.poppedCount; response < this.addedCount; response++)
      numbers.push(Math.max(responses[(response & responseMask) * RESPONSE_NUMBERS]! - now, -1));
    return numbers;
  }

  private choose(tick: number): void {
    const tag = chooseRead(this.controller);
    if (tag < 0) return;
    const cycle = tick + this.readLatencyCycles;
    const at = (this.addedCount & this.responseMask) * RESPONSE_NUMBERS;
    this.responses[at] = cycle;
    this.responses[at + TAG_AT] = tag;
    this.responses[at + ACCEPTED_AT] = this.controller.issuedAcceptedCycle;
    if (this.addedCount++ === this.poppedCount) this.firstCycle = cycle;
  }

  private moveOrigin(): void {
    const shiftTicks = this.now - (this.now % RING_TICKS);
    this.controller.rebase(shiftTicks);
    this.originTick += shiftTicks;
    this.now -= shiftTicks;
    if (this.firstCycle !== NEVER) this.firstCycle -= shiftTicks;
    for (let at = 0; at < this.responses.length; at += RESPONSE_NUMBERS) {
      this.responses[at]! -= shiftTicks;
      this.responses[at + ACCEPTED_AT]! -= shiftTicks;
    }
  }
}
