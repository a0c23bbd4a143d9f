import type { StateWriter } from "./state-writer.ts";

/** A buffer has at most 8192 lines; the rest of an item is the tag. */
const LINE_BITS = 13;
const LINE_MASK = (1 << LINE_BITS) - 1;

/**
 * RAM of a K or V buffer, of which only the tags matter for time: which batch (and for K which pass) wrote a line. Until
 * `firstCycle` its tags are swept, and it accepts nothing (hardware.md 2, "Time").
 */
export class BufferMemory {
  readonly lineCount: number;
  readonly firstCycle: number;
  readonly tags: Int32Array;
  /** Writes of this cycle, at most one per bank; a read in the same cycle does not see them. */
  private readonly pending = new Int32Array(2);
  private pendingCount = 0;
  /** Lines written. */
  writes = 0;
  /** Line that a sleeping reader waits for, or -1; set to -1 when it is written. */
  watchedLine = -1;
  sleeper: { isResting: boolean } | undefined;

  constructor(lineCount: number, firstCycle: number) {
    this.lineCount = lineCount;
    this.firstCycle = firstCycle;
    this.tags = new Int32Array(lineCount).fill(-1);
  }

  /** A line and its tag in one number; the lowest bit is the bank. */
  itemOf(line: number, tag: number): number {
    return (tag << LINE_BITS) | line;
  }

  /** Lines from one to another, round the ring. */
  linesFrom(line: number, other: number): number {
    return (other - line + this.lineCount) % this.lineCount;
  }

  tagsFrom(tag: number, other: number): number {
    const tagCount = 4 * this.lineCount;
    return (other - tag + tagCount) % tagCount;
  }

  /** An item, from another line and tag. */
  writeItem(state: StateWriter, item: number, line: number, tag: number): void {
    state.put(this.linesFrom(line, item & LINE_MASK), this.tagsFrom(tag, item >> LINE_BITS));
  }

  write(item: number): void {
    this.pending[this.pendingCount++] = item;
  }

  /** The end of the cycle. */
  settle(): void {
    if (this.pendingCount > 0) this.apply();
  }

  private apply(): void {
    while (this.pendingCount > 0) {
      const item = this.pending[--this.pendingCount]!;
      const line = item & LINE_MASK;
      this.tags[line] = item >> LINE_BITS;
      this.writes++;
      if (line === this.watchedLine) {
        this.watchedLine = -1;
        if (this.sleeper !== undefined) this.sleeper.isResting = false;
      }
    }
  }

  /** The tag that writes and reads of a batch use; numbers repeat after twice the lines (hardware.md 4.2.1). */
  tagOf(batch: number, isRedo: boolean): number {
    return (batch % (2 * this.lineCount)) * 2 + (isRedo ? 1 : 0);
  }
}
