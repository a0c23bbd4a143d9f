import type { BufferMemory } from "./buffer-memory.ts";
import type { StateWriter } from "./state-writer.ts";

const RING_COUNT = 16;
const RING_MASK = RING_COUNT - 1;
/** From a rollback to the next check of the same line. */
const RETRY_CYCLES = 5;
/** An item behind the RAM: that it is there, the mark it was sent with, whether its tag was right when it was read. */
const ITEM = 4;
const MARK = 2;
const MATCH = 1;

/**
 * Read side of a buffer, hardware.md 4.3.13: descriptor → one line request per cycle → R → ring of 16 → R → RAM of the
 * line's bank → R, R (per bank) → common R → check → R. A line that is not yet written sends the reader back to the
 * oldest line not committed; that loop takes 5 cycles. A reader that only repeats it sleeps until the line is written.
 */
export class BufferReader {
  /** Line in the last register, for Q·K or prob·V; they empty it. */
  hasLine = false;
  /** True while a step would change nothing: idle, or asleep and not yet woken. */
  isResting = true;
  private readonly memory: BufferMemory;
  private remaining = 0;
  private line = 0;
  private tag = 0;
  /** The register before the ring. */
  private isRequestFull = false;
  private requestLine = 0;
  private requestTag = 0;
  private readonly ringLines = new Int32Array(RING_COUNT);
  private readonly ringTags = new Int32Array(RING_COUNT);
  /** Running counts of the ring. */
  private tail = 0;
  private next = 0;
  private commit = 0;
  private lastEnteredCycle = -2;
  /** The register before the RAM. */
  private isSentFull = false;
  private sentLine = 0;
  private sentTag = 0;
  private sentMark = 0;
  /** Of each bank, the register behind the RAM and the one behind that. */
  private ramItem0 = 0;
  private ramItem1 = 0;
  private bankItem0 = 0;
  private bankItem1 = 0;
  private commonItem = 0;
  private shownBank = -1;
  private mark = 0;
  private readonly maySleep: boolean;
  private isAsleep = false;
  /** Cycle of the last rollback, and the ends of the ring in it. */
  private rollbackCycle = -RETRY_CYCLES;
  private rollbackCommit = -1;
  private rollbackTail = -1;
  /** True while cycles that were slept through are made up for: the awaited line was not there in them. */
  private isCatchingUp = false;
  /** Events; a rollback is a line that was not yet there. */
  readonly counters = { lines: 0, rollbacks: 0 };

  constructor(memory: BufferMemory, maySleep: boolean) {
    this.memory = memory;
    memory.sleeper = this;
    this.maySleep = maySleep;
  }

  /** A read descriptor; false while the reads of the one before are not all generated. */
  describeRead(line: number, lineCount: number, tag: number, cycle: number): boolean {
    if (this.remaining > 0) return false;
    if (this.isAsleep) this.wake(cycle);
    this.line = line % this.memory.lineCount;
    this.remaining = lineCount;
    this.tag = tag;
    this.isResting = false;
    return true;
  }

  step(cycle: number): void {
    if (!this.isResting) this.advance(cycle);
  }

  private advance(cycle: number): void {
    if (this.isAsleep) this.wake(cycle - 1);
    this.run(cycle);
    if (this.tail !== this.commit) return;
    this.isResting = this.remaining === 0 && !this.isRequestFull && !this.hasStale;
  }

  private run(cycle: number): void {
    const commitAtStart = this.commit;
    const isRolledBack = this.commonItem !== 0 && this.check(cycle);
    this.moveToCommon();
    this.readRam(cycle);
    if (!this.isSentFull && !isRolledBack) this.send(cycle);
    if (this.isRequestFull && this.tail - commitAtStart < RING_MASK) {
      this.ringLines[this.tail & RING_MASK] = this.requestLine;
      this.ringTags[this.tail & RING_MASK] = this.requestTag;
      this.tail++;
      this.lastEnteredCycle = cycle;
      this.isRequestFull = false;
    }
    if (this.remaining > 0 && !this.isRequestFull) {
      this.requestLine = this.line;
      this.requestTag = this.tag;
      this.isRequestFull = true;
      this.line = this.line + 1 === this.memory.lineCount ? 0 : this.line + 1;
      this.remaining--;
    }
  }

  /** The oldest line not committed, and its tag. */
  get referenceLine(): number {
    return this.ringLines[this.commit & RING_MASK]!;
  }

  get referenceTag(): number {
    return this.ringTags[this.commit & RING_MASK]!;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    const line = this.referenceLine;
    const { lineCount } = this.memory;
    const from = (other: number): number => this.memory.linesFrom(line, other);
    state.put(this.hasLine, this.isResting, this.remaining, line & 1);
    state.put(this.tail - this.commit, this.next - this.commit, this.shownBank, this.isAsleep);
    state.put(this.remaining > 0 ? from(this.line) : 0, this.isRequestFull ? from(this.requestLine) : -1);
    state.put(this.isSentFull ? from(this.sentLine) : -1, this.isSentFull && this.sentMark === this.mark);
    for (const item of [this.ramItem0, this.ramItem1, this.bankItem0, this.bankItem1, this.commonItem])
      state.put(item === 0 ? -1 : item ^ this.mark);
    state.cycles(this.lastEnteredCycle);
    // Who sleeps still counts the rollbacks of its sleep from there.
    if (this.isAsleep) state.wholeCycles(this.rollbackCycle);
    else state.cycles(this.rollbackCycle);
    state.put(this.rollbackCommit === this.commit, this.rollbackTail === this.tail);
    // Which of the lines to be read are there.
    for (let index = this.commit; index < this.tail; index++) {
      const ringLine = this.ringLines[index & RING_MASK]!;
      state.put(from(ringLine), this.memory.tags[ringLine] === this.ringTags[index & RING_MASK]);
    }
    if (this.isRequestFull) state.put(this.memory.tags[this.requestLine] === this.requestTag);
    for (let index = 0; index < this.remaining; index++)
      state.put(this.memory.tags[(this.line + index) % lineCount] === this.tag);
  }

  describe(): string {
    return `${this.remaining} lines to request, ${this.tail - this.commit} not committed, line ${this.hasLine ? "shown" : "awaited"}`;
  }

  private get hasStale(): boolean {
    const items = this.ramItem0 | this.ramItem1 | this.bankItem0 | this.bankItem1;
    return this.isSentFull || (items | this.commonItem) !== 0;
  }

  /** Stale: dropped. Wrong tag: back to the oldest line not committed. Right: on, if the last register is free. */
  private check(cycle: number): boolean {
    const item = this.commonItem;
    if ((item & MARK) !== this.mark) {
      this.commonItem = 0;
      return false;
    }
    if ((item & MATCH) === 0) {
      this.counters.rollbacks++;
      this.mark ^= MARK;
      this.next = this.commit;
      this.commonItem = 0;
      this.noteRollback(cycle);
      return true;
    }
    if (this.hasLine) return false;
    this.hasLine = true;
    this.counters.lines++;
    this.commit++;
    this.commonItem = 0;
    return false;
  }

  /**
   * A second rollback 5 cycles after the first, with the same ring, means that everything repeats every 5 cycles until
   * the awaited line is written: the reader sleeps.
   */
  private noteRollback(cycle: number): void {
    const isRepeated =
      cycle === this.rollbackCycle + RETRY_CYCLES &&
      this.rollbackCommit === this.commit &&
      this.rollbackTail === this.tail &&
      this.lastEnteredCycle < this.rollbackCycle;
    this.rollbackCycle = cycle;
    this.rollbackCommit = this.commit;
    this.rollbackTail = this.tail;
    const isRingSteady = this.isRequestFull ? this.tail - this.commit === RING_MASK : this.remaining === 0;
    if (!isRepeated || !isRingSteady || !this.maySleep) return;
    const line = this.ringLines[this.commit & RING_MASK]!;
    // It may have been written since it was read, 3 cycles ago.
    if (this.memory.tags[line] === this.ringTags[this.commit & RING_MASK]) return;
    this.isAsleep = true;
    this.isResting = true;
    this.memory.watchedLine = line;
  }

  /** Brings the state to the end of that cycle, as if it had been clocked all the time. */
  private wake(cycle: number): void {
    this.isAsleep = false;
    this.memory.watchedLine = -1;
    const sleptCycles = cycle - this.rollbackCycle;
    const restCycles = sleptCycles % RETRY_CYCLES;
    this.counters.rollbacks += (sleptCycles - restCycles) / RETRY_CYCLES;
    this.rollbackCycle = cycle - restCycles;
    this.isCatchingUp = true;
    for (let rest = restCycles - 1; rest >= 0; rest--) this.run(cycle - rest);
    this.isCatchingUp = false;
  }

  private moveToCommon(): void {
    const isFirstNext = this.shownBank < 0 ? this.bankItem0 !== 0 : this.shownBank === 0;
    if ((this.bankItem0 | this.bankItem1) !== 0) {
      if (this.commonItem !== 0) {
        this.shownBank = isFirstNext ? 0 : 1;
      } else {
        this.shownBank = -1;
        this.commonItem = isFirstNext ? this.bankItem0 : this.bankItem1;
        if (isFirstNext) this.bankItem0 = 0;
        else this.bankItem1 = 0;
      }
    }
    if (this.bankItem0 === 0) {
      this.bankItem0 = this.ramItem0;
      this.ramItem0 = 0;
    }
    if (this.bankItem1 === 0) {
      this.bankItem1 = this.ramItem1;
      this.ramItem1 = 0;
    }
  }

  private readRam(cycle: number): void {
    if (!this.isSentFull || cycle < this.memory.firstCycle) return;
    const isOdd = (this.sentLine & 1) === 1;
    if ((isOdd ? this.ramItem1 : this.ramItem0) !== 0) return;
    const isMatch = !this.isCatchingUp && this.memory.tags[this.sentLine] === this.sentTag;
    const item = ITEM | this.sentMark | (isMatch ? MATCH : 0);
    if (isOdd) this.ramItem1 = item;
    else this.ramItem0 = item;
    this.isSentFull = false;
  }

  private send(cycle: number): void {
    const visible = this.lastEnteredCycle === cycle - 1 ? this.tail - 1 : this.tail;
    if (this.next >= visible) return;
    this.sentLine = this.ringLines[this.next & RING_MASK]!;
    this.sentTag = this.ringTags[this.next & RING_MASK]!;
    this.sentMark = this.mark;
    this.isSentFull = true;
    this.next++;
  }
}
