import type { BufferReader } from "./buffer-reader.ts";
import type { KeyHead } from "./key-head.ts";
import { firstBufferCycle, type ReleaseGeometry } from "./parameters.ts";
import { lineOf } from "./pass.ts";
import type { ScoreFifo } from "./score-fifo.ts";
import { ShiftRegisters } from "./shift-registers.ts";
import type { StateWriter } from "./state-writer.ts";

/** Multiply, and six levels of adders for 64 products. */
const PRODUCT_REGISTER_COUNT = 7;

/** Q·K, hardware.md 4.4.14: K line and query → R (broadcast) → 7 registers → maximum tree → score FIFO. */
export class QueryKeyProduct {
  private readonly head: KeyHead;
  private readonly reader: BufferReader;
  private readonly scores: ScoreFifo;
  private readonly firstBufferCycle: number;
  private broadcast = -1;
  private readonly product = new ShiftRegisters(PRODUCT_REGISTER_COUNT);
  private readonly tree: ShiftRegisters | undefined;
  /** Lines of the present pass that entered. */
  private entered = 0;
  /** Cycles by what the entry did or waited for; in all others it waited for a line of keys. */
  readonly counters = { busyCycles: 0, passCycles: 0, sweepCycles: 0, scoreFifoCycles: 0 };

  constructor(geometry: ReleaseGeometry, head: KeyHead, reader: BufferReader, scores: ScoreFifo) {
    this.head = head;
    this.reader = reader;
    this.scores = scores;
    this.firstBufferCycle = firstBufferCycle(geometry);
    const { treeRegisterCount } = geometry;
    this.tree = treeRegisterCount === 0 ? undefined : new ShiftRegisters(treeRegisterCount);
  }

  step(cycle: number): void {
    if (this.broadcast >= 0 || !this.isEmpty) this.move(cycle);
    const head = this.head;
    if (head.pass < 0 || head.isProductTaken) {
      this.counters.passCycles++;
    } else if (!this.reader.hasLine) {
      if (cycle < this.firstBufferCycle) this.counters.sweepCycles++;
    } else if (this.broadcast >= 0) {
      this.counters.scoreFifoCycles++;
    } else {
      this.enter(head);
    }
  }

  private enter(head: KeyHead): void {
    this.counters.busyCycles++;
    this.reader.hasLine = false;
    const isFirst = this.entered === 0;
    const isLast = ++this.entered === head.lineCount;
    this.broadcast = lineOf(head.pass, isFirst, isLast);
    if (!isLast) return;
    this.entered = 0;
    head.isProductTaken = true;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.line(this.broadcast);
    state.put(this.entered);
    this.product.writeState(state);
    this.tree?.writeState(state);
  }

  describe(): string {
    const state = this.isEmpty && this.broadcast < 0 ? "empty" : "not empty";
    return `${this.entered} lines of the pass entered, registers ${state}`;
  }

  private get isEmpty(): boolean {
    return this.product.isEmpty && (this.tree === undefined || this.tree.isEmpty);
  }

  private move(cycle: number): void {
    const { last } = this.product;
    if (this.tree === undefined) {
      if (last >= 0 && !this.scores.take(last, cycle)) return;
    } else {
      const score = this.tree.last;
      const isTreeMoving = score < 0 || this.scores.take(score, cycle);
      if (isTreeMoving) this.tree.shift(last);
      else if (last >= 0) return;
    }
    this.product.shift(this.broadcast);
    this.broadcast = -1;
  }
}
