import type { StateWriter } from "./state-writer.ts";

/**
 * F(d) of hardware.md 4.1, SpinalHDL's `StreamFifo`: pushed in cycle c, poppable from c + 2; takes while it held fewer
 * than d at the start of the cycle, so a pop in the same cycle frees nothing. At most one push and one pop a cycle, and
 * the pop of a cycle is evaluated before its push.
 */
export class DelayedFifo {
  readonly depth: number;
  readonly #items: Int32Array;
  readonly #mask: number;
  #first = 0;
  #fill = 0;
  #lastPushCycle = -2;
  #lastPopCycle = -2;

  constructor(depth: number) {
    let capacity = 1;
    while (capacity < depth) capacity *= 2;
    this.depth = depth;
    this.#items = new Int32Array(capacity);
    this.#mask = capacity - 1;
  }

  /** What the next cycles depend on; `kind` says what the items are. */
  writeState(state: StateWriter, kind: "put" | "line" | "pass"): void {
    state.put(this.#fill);
    state.cycles(this.#lastPushCycle, this.#lastPopCycle);
    for (let index = 0; index < this.#fill; index++)
      state[kind](this.#items[(this.#first + index) & this.#mask]!);
  }

  get fill(): number {
    return this.#fill;
  }

  /** Items held at the start of the cycle; ask before pushing in it. */
  fillAtStart(cycle: number): number {
    return this.#lastPopCycle === cycle ? this.#fill + 1 : this.#fill;
  }

  hasRoom(cycle: number): boolean {
    return this.fillAtStart(cycle) < this.depth;
  }

  push(item: number, cycle: number): void {
    this.#items[(this.#first + this.#fill++) & this.#mask] = item;
    this.#lastPushCycle = cycle;
  }

  /** The oldest item that may be popped in this cycle, or -1. */
  peek(cycle: number): number {
    const visible = this.#lastPushCycle === cycle - 1 ? this.#fill - 1 : this.#fill;
    return visible > 0 ? this.#items[this.#first]! : -1;
  }

  pop(cycle: number): void {
    this.#first = (this.#first + 1) & this.#mask;
    this.#fill--;
    this.#lastPopCycle = cycle;
  }
}
