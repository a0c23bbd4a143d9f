import type { AddressLine, FragmentRing } from "./fragments.ts";
import type { Lanes } from "./lanes.ts";
import type { StateWriter } from "./state-writer.ts";

/** What shows lines of addresses to the arbiter: the K side or the V side. */
export interface AddressSource {
  readonly shown: AddressLine | undefined;
  accept(): void;
}

/**
 * Fetch arbiter, hardware.md 4.3.5: K and V in turn, a whole matrix at a time, → R → R → lanes. A line enters the first
 * register fragment by fragment, one per cycle.
 */
export class FetchArbiter {
  private readonly fragments: FragmentRing;
  private readonly sources: readonly [AddressSource, AddressSource];
  private readonly lanes: Lanes;
  /** Source whose matrix is being taken, or -1. */
  private locked = -1;
  private lastShown = 1;
  private part = 0;
  private isFirstFull = false;
  private isSecondFull = false;
  /** Cycles of the lanes' entrance; in all others a fragment waited for the lanes. */
  readonly counters = { busyCycles: 0, emptyCycles: 0 };

  constructor(fragments: FragmentRing, key: AddressSource, value: AddressSource, lanes: Lanes) {
    this.fragments = fragments;
    this.sources = [key, value];
    this.lanes = lanes;
  }

  step(cycle: number): void {
    if (!this.isSecondFull) {
      this.counters.emptyCycles++;
    } else if (this.lanes.takeFragment(cycle)) {
      this.counters.busyCycles++;
      this.isSecondFull = false;
    }
    if (this.isFirstFull && !this.isSecondFull) {
      this.isFirstFull = false;
      this.isSecondFull = true;
    }
    // Nothing to choose, and no room: the common case while the lanes are full.
    if (!this.isFirstFull || this.locked < 0) this.show();
  }

  private show(): void {
    const index = this.locked >= 0 ? this.locked : this.choose();
    if (index < 0) return;
    const source = this.sources[index]!;
    const line = source.shown;
    if (line === undefined) return;
    this.locked = index;
    this.lastShown = index;
    if (this.isFirstFull) return;
    this.fragments.write(line, this.part);
    this.isFirstFull = true;
    if (++this.part < line.requestsPerRow) return;
    this.part = 0;
    source.accept();
    if (line.isLast) this.locked = -1;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.locked, this.lastShown, this.part, this.isFirstFull, this.isSecondFull);
  }

  describe(): string {
    const locked = ["nobody", "K", "V"][this.locked + 1]!;
    return `serves ${locked}, registers ${this.isFirstFull ? "full" : "empty"}, ${this.isSecondFull ? "full" : "empty"}`;
  }

  private choose(): number {
    const next = 1 - this.lastShown;
    if (this.sources[next]!.shown !== undefined) return next;
    return this.sources[this.lastShown]!.shown !== undefined ? this.lastShown : -1;
  }
}
