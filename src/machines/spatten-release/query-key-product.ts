import type { BufferReader } from "./buffer-reader.ts";
import type { KeyHead } from "./key-head.ts";
import { firstBufferCycle, type ReleaseGeometry } from "./parameters.ts";
import { lineOf } from "./pass.ts";
import type { ScoreFifo } from "./score-fifo.ts";
import { ShiftRegisters } from "./shift-registers.ts";
import type { StateWriter } from "./state-writer.ts";

/** Multiply, and six levels of adders for 64 products. */
const PRODUCT_REGISTER_COUNT = 7;

/** What a cycle's entry did or waited for; an index for all, as in `key-allocator.ts`. */
const STATE = { busy: 0, pass: 1, sweep: 2, scoreFifo: 3 } as const;

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
  private readonly stateCycles = new Int32Array(Object.keys(STATE).length);

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
    let state: number = STATE.busy;
    if (head.pass < 0 || head.isProductTaken) state = STATE.pass;
    else if (!this.reader.hasLine) {
      if (cycle >= this.firstBufferCycle) return;
      state = STATE.sweep;
    } else if (this.broadcast >= 0) state = STATE.scoreFifo;
    else this.enter(head);
    this.stateCycles[state]!++;
  }

  /** Cycles by what the entry did or waited for; in all others it waited for a line of keys. */
  get counters() {
    const cycles = this.stateCycles;
    return {
      busyCycles: cycles[STATE.busy]!,
      passCycles: cycles[STATE.pass]!,
      sweepCycles: cycles[STATE.sweep]!,
      scoreFifoCycles: cycles[STATE.scoreFifo]!,
    };
  }

  private enter(head: KeyHead): void {
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
