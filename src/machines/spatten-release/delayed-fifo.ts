import type { StateWriter } from "./state-writer.ts";

/**
 * F(d) of hardware.md 4.1, SpinalHDL's `StreamFifo`: pushed in cycle c, poppable from c + 2; takes while it held fewer
 * than d at the start of the cycle, so a pop in the same cycle frees nothing. At most one push and one pop a cycle, and
 * the pop of a cycle is evaluated before its push.
 */
export class DelayedFifo {
  readonly depth: number;
  private readonly items: Int32Array;
  private readonly mask: number;
  private first = 0;
  private heldCount = 0;
  private lastPushCycle = -2;
  private lastPopCycle = -2;

  constructor(depth: number) {
    let capacity = 1;
    while (capacity < depth) capacity *= 2;
    this.depth = depth;
    this.items = new Int32Array(capacity);
    this.mask = capacity - 1;
  }

  /** What the next cycles depend on; `kind` says what the items are. */
  writeState(state: StateWriter, kind: "put" | "line" | "pass"): void {
    state.put(this.heldCount);
    state.cycles(this.lastPushCycle, this.lastPopCycle);
    for (let index = 0; index < this.heldCount; index++)
      state[kind](this.items[(this.first + index) & this.mask]!);
  }

  get fill(): number {
    return this.heldCount;
  }

  /** Items held at the start of the cycle; ask before pushing in it. */
  fillAtStart(cycle: number): number {
    return this.lastPopCycle === cycle ? this.heldCount + 1 : this.heldCount;
  }

  hasRoom(cycle: number): boolean {
    return this.fillAtStart(cycle) < this.depth;
  }

  push(item: number, cycle: number): void {
    this.items[(this.first + this.heldCount++) & this.mask] = item;
    this.lastPushCycle = cycle;
  }

  /** The oldest item that may be popped in this cycle, or -1. */
  peek(cycle: number): number {
    const visible = this.lastPushCycle === cycle - 1 ? this.heldCount - 1 : this.heldCount;
    return visible > 0 ? this.items[this.first]! : -1;
  }

  pop(cycle: number): void {
    this.first = (this.first + 1) & this.mask;
    this.heldCount--;
    this.lastPopCycle = cycle;
  }
}
