import { type Allocator, FIRST_ALLOCATION_CYCLE } from "./allocator.ts";
import { LIVE_REQUESTS, liveIndexOf } from "./pass.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";

/** The bench prints 16 + the cycle: reset lasts 16 clocks (hardware.md 2, "Time"). */
export const RESET_CYCLES = 16;

/** What a cycle went to. An index for all leaves none without type feedback, where V8 would give its code up. */
const STATE = { busy: 0, start: 1, room: 2, done: 3 } as const;

/** Requests enter, hardware.md 4.2.1: K allocator → R, where the issue arbiter sees them. */
export class KeyAllocator {
  /** Request in the register, or -1. */
  request = -1;
  private readonly batches = new Int32Array(LIVE_REQUESTS);
  private readonly places = new Int32Array(LIVE_REQUESTS);
  /** Printed cycle in which the bench first presents a request. */
  presentedCycles: Int32Array;
  private printedAfterCycles = RESET_CYCLES;
  private readonly allocator: Allocator;
  private readonly requests: ReleaseRequests;
  private next = 0;
  private readonly stateCycles = new Int32Array(Object.keys(STATE).length);

  constructor(requests: ReleaseRequests, allocator: Allocator) {
    this.allocator = allocator;
    this.requests = requests;
    this.presentedCycles = new Int32Array(requests.count);
    this.presentedCycles[0] = RESET_CYCLES;
  }

  /** Cycles; in all others it waited for the issue of the request before. */
  get counters() {
    const cycles = this.stateCycles;
    return {
      busyCycles: cycles[STATE.busy]!,
      startCycles: cycles[STATE.start]!,
      roomCycles: cycles[STATE.room]!,
      doneCycles: cycles[STATE.done]!,
    };
  }

  /** Requests that were presented so far. */
  get presentedCount(): number {
    return this.next + 1;
  }

  /** Goes on with later requests, whose cycles go into `presentedCycles`, after cycles that were not clocked. */
  skip(presentedCycles: Int32Array, skippedCycles: number): void {
    this.presentedCycles = presentedCycles;
    this.printedAfterCycles = RESET_CYCLES + skippedCycles;
  }

  /** Batch number of a request that was taken and is not long done. */
  batchOf(request: number): number {
    return this.batches[liveIndexOf(request)]!;
  }

  /** Its first line in the buffer. */
  placeOf(request: number): number {
    return this.places[liveIndexOf(request)]!;
  }

  step(cycle: number): void {
    if (this.request < 0 || this.next === this.requests.count) this.stateCycles[this.advance(cycle)]!++;
  }

  private advance(cycle: number): number {
    const request = this.next;
    const { count } = this.requests;
    if (request === count) return STATE.done;
    if (!this.allocate(request, cycle)) return cycle < FIRST_ALLOCATION_CYCLE ? STATE.start : STATE.room;
    this.batches[liveIndexOf(request)] = this.allocator.batch;
    this.places[liveIndexOf(request)] = this.allocator.place;
    this.request = request;
    this.next++;
    if (this.next < count) this.presentedCycles[this.next] = this.printedAfterCycles + cycle;
    return STATE.busy;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    this.allocator.writeState(state);
    state.request(this.request);
    state.request(this.next);
  }

  describe(): string {
    return `${this.next} of ${this.requests.count} requests taken; ${this.allocator.describe()}`;
  }

  /** The second of a pair inherits the place of the first. */
  private allocate(request: number, cycle: number): boolean {
    const { keyBufferLineCount, keyFused, keyPart } = this.requests;
    if (keyPart[request] === 1) return true;
    return this.allocator.allocate(keyBufferLineCount[request]! * (1 + keyFused[request]!), cycle);
  }
}
