import type { DramChannel, DramCounters } from "../../../hardware/dram/dram-channel.ts";

/** A channel that takes an access a cycle and answers each read after the same latency: for tests and counterfactuals. */
export class IdealChannel implements DramChannel {
  cycle = 0;
  readonly #latencyCycles: number;
  readonly #tags: number[] = [];
  readonly #dueCycles: number[] = [];
  #first = 0;
  #writes = 0;
  #latencySumCycles = 0;
  #latencyMaxCycles = 0;

  constructor(latencyCycles: number) {
    this.#latencyCycles = Math.max(1, latencyCycles);
  }

  get outstandingCount(): number {
    return this.#tags.length - this.#first;
  }

  canPush(): boolean {
    return true;
  }

  push(_localAddress: number, tag: number): void {
    this.#tags.push(tag);
    this.#dueCycles.push(this.cycle + this.#latencyCycles);
  }

  canPushWrite(): boolean {
    return true;
  }

  pushWrite(): void {
    this.#writes++;
  }

  peek(): number {
    return this.nextResponseCycle() <= this.cycle ? this.#tags[this.#first]! : -1;
  }

  pop(): number {
    const tag = this.peek();
    if (tag < 0) return -1;
    const latency = this.cycle - this.#dueCycles[this.#first]! + this.#latencyCycles;
    this.#latencySumCycles += latency;
    this.#latencyMaxCycles = Math.max(this.#latencyMaxCycles, latency);
    this.#first++;
    if (this.#first === 1024) {
      this.#tags.splice(0, 1024);
      this.#dueCycles.splice(0, 1024);
      this.#reads += 1024;
      this.#first = 0;
    }
    return tag;
  }
  #reads = 0;

  tick(): void {
    this.cycle++;
  }

  nextResponseCycle(): number {
    return this.#dueCycles[this.#first] ?? Number.POSITIVE_INFINITY;
  }

  counters(cycles = this.cycle): DramCounters {
    const poppedReads = this.#reads + this.#first;
    const dataBusCycles = poppedReads + this.outstandingCount + this.#writes;
    return {
      cycles,
      reads: poppedReads + this.outstandingCount,
      writes: this.#writes,
      forwardedReads: 0,
      activates: 0,
      precharges: 0,
      prechargesAll: 0,
      refreshes: 0,
      deadTicks: 0,
      busCount: 1,
      dataBusCycles,
      lostBusCycles: {
        queueEmpty: cycles - dataBusCycles,
        refresh: 0,
        precharge: 0,
        fourActivates: 0,
        activate: 0,
        busTurn: 0,
        commandBus: 0,
      },
      poppedReads,
      latencySumCycles: this.#latencySumCycles,
      latencyMaxCycles: this.#latencyMaxCycles,
    };
  }
}
