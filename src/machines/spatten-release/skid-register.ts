import type { StateWriter } from "./state-writer.ts";

/**
 * S+R of hardware.md 4.1: a skid before a register. Takes while the skid is empty at the start of the cycle; the item
 * goes straight to the register if that is free or emptied in this cycle, else it waits in the skid. -1 is "empty".
 */
export class SkidRegister {
  /** What the sink sees in this cycle; it empties the register by setting -1. */
  item = -1;
  private skid = -1;
  private incoming = -1;

  get canTake(): boolean {
    return this.skid < 0;
  }

  get isEmpty(): boolean {
    return this.item < 0 && this.skid < 0;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.request(this.item);
    state.request(this.skid);
  }

  /** The item in the skid, or -1. */
  get waiting(): number {
    return this.skid;
  }

  take(item: number): void {
    this.incoming = item;
  }

  /** The end of the cycle, after source and sink were evaluated in any order. */
  settle(): void {
    if (this.incoming >= 0 || this.skid >= 0) this.move();
  }

  private move(): void {
    if (this.item < 0) {
      if (this.skid >= 0) {
        this.item = this.skid;
        this.skid = -1;
      } else if (this.incoming >= 0) {
        this.item = this.incoming;
        this.incoming = -1;
      }
    }
    if (this.incoming >= 0) {
      this.skid = this.incoming;
      this.incoming = -1;
    }
  }
}
