import type { StateWriter } from "./state-writer.ts";

/** Registers that move together: only if the last is empty or leaves (hardware.md 4.4.14). -1 is "empty". */
export class ShiftRegisters {
  readonly length: number;
  private readonly items: Int32Array;
  private lastIndex = 0;
  private fill = 0;

  constructor(length: number) {
    this.length = length;
    this.items = new Int32Array(length).fill(-1);
  }

  get last(): number {
    return this.items[this.lastIndex]!;
  }

  get isEmpty(): boolean {
    return this.fill === 0;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    for (let index = 0; index < this.length; index++)
      state.line(this.items[(this.lastIndex + index) % this.length]!);
  }

  /** All move on; what was last is gone, `item` (or -1) is first. */
  shift(item: number): void {
    if (this.items[this.lastIndex]! >= 0) this.fill--;
    if (item >= 0) this.fill++;
    // The place of the last becomes the first of the next round.
    this.items[this.lastIndex] = item;
    this.lastIndex = this.lastIndex + 1 === this.length ? 0 : this.lastIndex + 1;
  }
}
