import { NEVER } from "./tick-times.ts";

/** Reads on their way back, in the order of their completion: when each can be popped, its tag, when it was accepted. */
export class ResponseQueue {
  count = 0;
  /** When the oldest can be popped, or NEVER. */
  firstCycle = NEVER;
  first = 0;
  mask = 63;
  cycle = new Int32Array(64);
  tag = new Int32Array(64);
  accepted = new Int32Array(64);
  /** When the newest can be popped. */
  lastCycle = -(2 ** 30);
  /** 1 where a tick delivers one completion, else 0. */
  private readonly spacing: number;

  constructor(isOnePerTick: boolean) {
    this.spacing = isOnePerTick ? 1 : 0;
  }

  /** A completion due at tick `due`; delivered in order, so perhaps later. */
  add(due: number, tag: number, accepted: number): void {
    if (this.count > this.mask) this.grow();
    const cycle = Math.max(due, this.lastCycle + this.spacing);
    this.lastCycle = cycle;
    const at = (this.first + this.count) & this.mask;
    this.cycle[at] = cycle;
    this.tag[at] = tag;
    this.accepted[at] = accepted;
    if (this.count++ === 0) this.firstCycle = cycle;
  }

  firstTag(): number {
    return this.tag[this.first]!;
  }

  firstAccepted(): number {
    return this.accepted[this.first]!;
  }

  removeFirst(): void {
    this.first = (this.first + 1) & this.mask;
    const never: typeof NEVER = 2147483647;
    this.firstCycle = --this.count === 0 ? never : this.cycle[this.first]!;
  }

  rebase(shiftTicks: number): void {
    for (let index = 0; index < this.count; index++) {
      const at = (this.first + index) & this.mask;
      this.cycle[at]! -= shiftTicks;
      this.accepted[at]! -= shiftTicks;
    }
    if (this.count > 0) this.firstCycle -= shiftTicks;
    this.lastCycle -= shiftTicks;
  }

  private grow(): void {
    const size = this.mask + 1;
    const rotated = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(size * 2);
      larger.set(old.subarray(this.first, size));
      larger.set(old.subarray(0, this.first), size - this.first);
      return larger;
    };
    this.cycle = rotated(this.cycle);
    this.tag = rotated(this.tag);
    this.accepted = rotated(this.accepted);
    this.first = 0;
    this.mask = size * 2 - 1;
  }
}
