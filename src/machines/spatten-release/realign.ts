import type { BufferWriter } from "./buffer-writer.ts";
import { ELEMENT, elementsPerPopOf, isValueContext } from "./fragments.ts";
import type { Lanes } from "./lanes.ts";
import { createPortFlags } from "./port-flags.ts";
import type { StateWriter } from "./state-writer.ts";

const ELEMENTS_PER_FRAGMENT = 4;
const LAST = 1;
const VALUE = 2;

/**
 * Collect and realign, hardware.md 4.3.10-11: fragments of four elements into a store of eight; pops of 4, 3 or 2
 * elements are two buffer lines each → R → R (convert) → fork → ports of the K or V buffer.
 */
export class Realign {
  private readonly lanes: Lanes;
  private readonly writers: readonly [BufferWriter, BufferWriter];
  /** Elements of the collect register, or -1. */
  private collected = -1;
  /** Elements in the store, two bits each, the oldest lowest. */
  private store = 0;
  private fill = 0;
  private first = -1;
  private convert = -1;
  private readonly isPortServed = createPortFlags();
  /** Cycles of the pop side; in all others it waited for a fragment. */
  readonly counters = { busyCycles: 0, bufferCycles: 0, idleCycles: 0, thrownPops: 0 };

  constructor(lanes: Lanes, key: BufferWriter, value: BufferWriter) {
    this.lanes = lanes;
    this.writers = [key, value];
  }

  step(cycle: number): void {
    if (this.convert >= 0) this.fork();
    if (this.first >= 0 && this.convert < 0) {
      this.convert = this.first;
      this.first = -1;
    }
    const fillAtStart = this.fill;
    this.pop(fillAtStart, cycle);
    if (this.collected >= 0 && fillAtStart <= ELEMENTS_PER_FRAGMENT) {
      this.store |= this.collected << (2 * this.fill);
      this.fill += ELEMENTS_PER_FRAGMENT;
      this.collected = -1;
    }
    if (this.collected < 0) this.collected = this.lanes.collect(cycle);
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.collected, this.store, this.fill, this.first, this.convert, ...this.isPortServed);
  }

  describe(): string {
    const state = (item: number) => (item < 0 ? "empty" : "full");
    return `${this.fill} elements; collect ${state(this.collected)}, registers ${state(this.first)}, ${state(this.convert)}`;
  }

  private fork(): void {
    const writer = this.writers[(this.convert & VALUE) !== 0 ? 1 : 0];
    let isServed = true;
    for (let port = 0; port < 2; port++) {
      if (!this.isPortServed[port]) this.isPortServed[port] = writer.take(port, (this.convert & LAST) !== 0);
      if (!this.isPortServed[port]) isServed = false;
    }
    if (!isServed) return;
    this.convert = -1;
    this.isPortServed[0] = false;
    this.isPortServed[1] = false;
  }

  private pop(fillAtStart: number, cycle: number): void {
    const context = fillAtStart === 0 ? -1 : this.lanes.contexts.peek(cycle);
    const count = context < 0 ? 0 : elementsPerPopOf(context);
    if (count === 0 || fillAtStart < count) {
      if (this.lanes.enteredCount === this.lanes.collectedCount) this.counters.idleCycles++;
      return;
    }
    // Padding left by the matrix before is thrown in steps of this one (4.7); no register is needed for it.
    const isThrown = (this.store & 3) === ELEMENT.padding;
    if (!isThrown && this.first >= 0) {
      this.counters.bufferCycles++;
      return;
    }
    this.counters.busyCycles++;
    if (isThrown) {
      this.counters.thrownPops++;
    } else {
      const isLast = ((this.store >>> (2 * (count - 1))) & 3) !== ELEMENT.data;
      if (isLast) this.lanes.contexts.pop(cycle);
      this.first = (isLast ? LAST : 0) | (isValueContext(context) ? VALUE : 0);
    }
    this.store >>>= 2 * count;
    this.fill -= count;
  }
}
