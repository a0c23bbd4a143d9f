import { SpattenError } from "../../../base/errors.ts";
import type { DramChannel } from "../../../hardware/dram/dram-channel.ts";
import type { RunObserver } from "../../run-observer.ts";
import type { MemoryParameters } from "../parameters.ts";
import { ChannelQueue } from "./channel-queue.ts";
import type { Fetch } from "./fetch.ts";
import { FETCH_PATH_CYCLES } from "./options.ts";

const ROW_BITS = 19;
const ROW_MASK = (1 << ROW_BITS) - 1;
const SLOT_COUNT = 1 << 12;
/**
 * What is asked for first: outputs, values that a query kept, what else a query waits for, what is loaded ahead. Each
 * class is filled by one unit, so that the order in which units are evaluated does not show.
 */
export const fetchClasses = ["output", "keptValues", "urgent", "ahead"] as const;
export type FetchClass = (typeof fetchClasses)[number];

/**
 * The QKV fetcher and the channels behind it (SpAtten IV-C, Fig 8, Table I): up to `portCount` addresses a cycle into
 * the channels' address FIFOs, at most one request a channel and cycle, one response a channel and cycle.
 * A channel is clocked when it is touched, or when a response may be there; nothing else of it can be seen.
 */
export class Memory {
  readonly channels: readonly DramChannel[];
  /** True when the last `apply` moved a request or a response. */
  hasMoved = false;
  /** Output rows, and all written fetches, that the channels have not wholly accepted. */
  outputRowsPending = 0;
  writesPending = 0;
  readonly #queues: Readonly<Record<FetchClass, Fetch[]>> = {
    output: [],
    keptValues: [],
    urgent: [],
    ahead: [],
  };
  readonly #addressFifos: readonly ChannelQueue[];
  readonly #portCount: number;
  readonly #transactionBytes: number;
  readonly #isLazy: boolean;
  readonly #wake: Float64Array;
  readonly #live: (Fetch | undefined)[] = new Array<Fetch | undefined>(SLOT_COUNT).fill(undefined);
  #nextSlot = 0;
  /** Addresses in FIFOs, and reads that a channel has taken and not answered. */
  #queued = 0;
  #outstanding = 0;
  /** Responses in the lanes, by the cycle in which they reach their SRAM. */
  readonly #path: number[][] = Array.from({ length: FETCH_PATH_CYCLES + 1 }, () => []);
  #inPath = 0;

  readonly #observer: RunObserver["channel"];
  /** Of the stretch in which a channel has reads on their way: its first cycle, and reads so far. */
  readonly #busySince: Float64Array;
  readonly #busyReads: Float64Array;

  constructor(
    channels: readonly DramChannel[],
    parameters: MemoryParameters,
    isLazy: boolean,
    observer?: RunObserver["channel"],
  ) {
    this.#observer = observer;
    this.#busySince = new Float64Array(channels.length);
    this.#busyReads = new Float64Array(channels.length);
    this.channels = channels;
    this.#portCount = parameters.fetcher.portCount;
    this.#transactionBytes = parameters.dram.transactionBytes;
    this.#addressFifos = channels.map(() => new ChannelQueue(parameters.fetcher.fifoDepth));
    this.#isLazy = isLazy;
    this.#wake = new Float64Array(channels.length).fill(Number.POSITIVE_INFINITY);
  }

  /** True while something was asked for and is not there. */
  get isWaiting(): boolean {
    return this.#queued > 0 || this.#inPath > 0 || this.#outstanding > 0;
  }

  enqueue(fetch: Fetch, fetchClass: FetchClass): void {
    if (fetch.isIssued) return;
    if (fetch.rowCount > ROW_MASK + 1) {
      throw new SpattenError("workload", "a head has more rows than the fetcher can tell apart", {
        got: String(fetch.rowCount),
        expected: `at most ${ROW_MASK + 1}`,
        hint: "fidelity analytical has no such limit",
      });
    }
    if (fetch.isWrite) this.writesPending++;
    fetch.isOutput = fetchClass === "output";
    if (fetch.isOutput) this.outputRowsPending++;
    this.#queues[fetchClass].push(fetch);
    let slot = this.#nextSlot;
    while (this.#live[slot] !== undefined) slot = (slot + 1) % SLOT_COUNT;
    this.#nextSlot = (slot + 1) % SLOT_COUNT;
    this.#live[slot] = fetch;
    fetch.slot = slot;
  }

  /** Turns rows into addresses; true when something is under way that must be clocked. */
  decide(cycle: number): boolean {
    let ports = this.#portCount;
    let hasFetches = false;
    for (const fetchClass of fetchClasses) {
      const queue = this.#queues[fetchClass];
      while (queue.length > 0) {
        hasFetches = true;
        const fetch = queue[0]!;
        ports = this.#issue(fetch, cycle, ports);
        if (!fetch.isIssued) break;
        queue.shift();
      }
      if (ports <= 0) break;
    }
    return hasFetches || this.#queued > 0 || this.#inPath > 0 || this.nextEvent() <= cycle;
  }

  /** One cycle of every channel that has something to do, then the edge. */
  apply(cycle: number): void {
    this.hasMoved = false;
    const arrivals = this.#path[cycle % this.#path.length]!;
    for (let channel = 0; channel < this.channels.length; channel++) {
      if (this.#isLazy && this.#addressFifos[channel]!.count === 0 && this.#wake[channel]! > cycle) continue;
      this.#clock(channel, cycle, arrivals);
    }
    const due = this.#path[(cycle + 1) % this.#path.length]!;
    for (const tag of due) this.#arrive(tag);
    this.#inPath -= due.length;
    due.length = 0;
  }

  /** The first cycle in which a channel may have a response. */
  nextEvent(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const wake of this.#wake) if (wake < next) next = wake;
    return next;
  }

  /** Clocks all channels up to a cycle, and then until their writes are issued. */
  settle(cycle: number, writeCounts: number): void {
    const limit = cycle + 1_000_000;
    for (const channel of this.channels) while (channel.cycle < cycle) channel.tick();
    const written = (): number => this.channels.reduce((sum, channel) => sum + channel.counters().writes, 0);
    for (let end = cycle; written() < writeCounts && end < limit; end += 64) {
      for (const channel of this.channels) while (channel.cycle < end + 64) channel.tick();
    }
  }

  describe(): string {
    const waiting = fetchClasses.map((name) => `${this.#queues[name].length} ${name}`).join(", ");
    const outstanding = this.channels.map((channel) => channel.outstandingCount).join("/");
    return `fetcher: ${waiting}, ${this.#queued} addresses, outstanding ${outstanding}`;
  }

  #issue(fetch: Fetch, cycle: number, ports: number): number {
    const { slot } = fetch;
    const channelCount = this.channels.length;
    while (ports > 0 && fetch.canIssue(cycle)) {
      const { block, row } = fetch;
      const channel = block % channelCount;
      const fifo = this.#addressFifos[channel]!;
      if (fifo.isFull) return 0;
      fifo.push(((block - channel) / channelCount) * this.#transactionBytes, (slot << ROW_BITS) | row);
      this.#queued++;
      ports--;
      fetch.advance();
    }
    return ports;
  }

  #clock(place: number, cycle: number, arrivals: number[]): void {
    const channel = this.channels[place]!;
    const fifo = this.#addressFifos[place]!;
    while (channel.cycle < cycle) channel.tick();
    if (fifo.count > 0) {
      const tag = fifo.headTag;
      const isWrite = this.#live[tag >>> ROW_BITS]!.isWrite;
      if (isWrite ? channel.canPushWrite() : channel.canPush()) {
        if (isWrite) channel.pushWrite(fifo.headAddress);
        else {
          channel.push(fifo.headAddress, tag);
          if (this.#busyReads[place]!++ === 0) this.#busySince[place] = cycle;
          this.#outstanding++;
        }
        fifo.shift();
        this.#queued--;
        this.hasMoved = true;
        if (isWrite) this.#arrive(tag);
      }
    }
    if (channel.peek() >= 0) {
      arrivals.push(channel.pop());
      this.#inPath++;
      this.#outstanding--;
      this.hasMoved = true;
    }
    channel.tick();
    if (this.#busyReads[place]! > 0 && channel.outstandingCount === 0) this.#tellIdle(place, cycle + 1);
    const next = channel.nextResponseCycle();
    if (next !== Number.POSITIVE_INFINITY) this.#wake[place] = next;
    else this.#wake[place] = channel.outstandingCount > 0 ? cycle + 1 : next;
  }

  #tellIdle(channel: number, endCycle: number): void {
    const readCount = this.#busyReads[channel]!;
    this.#busyReads[channel] = 0;
    this.#observer?.({ channel, startCycle: this.#busySince[channel]!, endCycle, readCount });
  }

  #arrive(tag: number): void {
    const slot = tag >>> ROW_BITS;
    const fetch = this.#live[slot]!;
    fetch.arrived(tag & ROW_MASK);
    if (!fetch.isDone) return;
    if (fetch.isWrite) this.writesPending--;
    if (fetch.isOutput) this.outputRowsPending--;
    this.#live[slot] = undefined;
  }
}
