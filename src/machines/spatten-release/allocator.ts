import type { StateWriter } from "./state-writer.ts";

const MAXIMUM_LIVE_COUNT = 16;
/** Room of a freed allocation counts that long after its release. */
const RELEASE_CYCLES = 4;
/** Both allocators take nothing before that cycle (hardware.md 2, "Time"). */
export const FIRST_ALLOCATION_CYCLE = 16;
const RING_MASK = 31;

/**
 * Ring allocator of a K or V buffer, by batches: a head, or the two heads of a 6-bit pair (hardware.md 4.2.1). Only the
 * oldest allocation is ever freed, one per cycle, once it is released. Freeing is worked out when somebody asks.
 */
export class Allocator {
  readonly lineCount: number;
  /** Number of the present batch, counted from 0; -1 before the first. */
  batch = -1;
  /** First line of the present batch. */
  place = 0;
  private oldest = 0;
  private occupied = 0;
  private tail = 0;
  private lastFreedCycle = -1;
  private readonly sizes = new Int32Array(RING_MASK + 1);
  /** Cycle of the release, or -1. */
  private readonly releases = new Int32Array(RING_MASK + 1);

  constructor(lineCount: number) {
    this.lineCount = lineCount;
  }

  /** Takes room for a batch if there is some at the start of the cycle. */
  allocate(size: number, cycle: number): boolean {
    if (cycle < FIRST_ALLOCATION_CYCLE) return false;
    this.free(cycle);
    if (this.batch + 1 - this.oldest >= MAXIMUM_LIVE_COUNT) return false;
    if (this.occupied + size > this.lineCount) return false;
    this.batch++;
    this.place = this.tail;
    this.tail = (this.tail + size) % this.lineCount;
    this.occupied += size;
    this.sizes[this.batch & RING_MASK] = size;
    this.releases[this.batch & RING_MASK] = -1;
    return true;
  }

  /** The batch is not needed from that cycle on. */
  release(batch: number, cycle: number): void {
    this.releases[batch & RING_MASK] = cycle;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.occupied, this.batch - this.oldest);
    state.cycles(this.lastFreedCycle);
    for (let batch = this.oldest; batch <= this.batch; batch++) {
      const release = this.releases[batch & RING_MASK]!;
      state.put(this.sizes[batch & RING_MASK]!, release < 0);
      if (release >= 0) state.cycles(release);
    }
  }

  describe(): string {
    return `${this.occupied} of ${this.lineCount} lines in ${this.batch + 1 - this.oldest} allocations`;
  }

  private free(cycle: number): void {
    while (this.oldest <= this.batch) {
      const release = this.releases[this.oldest & RING_MASK]!;
      if (release < 0) return;
      const freedCycle = Math.max(release + RELEASE_CYCLES, this.lastFreedCycle + 1);
      if (freedCycle > cycle) return;
      this.lastFreedCycle = freedCycle;
      this.occupied -= this.sizes[this.oldest & RING_MASK]!;
      this.oldest++;
    }
  }
}
