import { DelayedFifo } from "./delayed-fifo.ts";
import type { OrderBuffer } from "./order-buffer.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { isFirstLine, isLastLine, requestOfLine } from "./pass.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";
import type { ValueHead } from "./value-head.ts";

/** States of the output, a stronger reason above a weaker one. */
const STATE = { scores: 0, headInside: 1, latency: 2, throwing: 3, valueHead: 4, busy: 5 } as const;
const STATE_COUNT = 6;

/**
 * Top-k stage, hardware.md 4.4.17-18: a head that keeps fewer values than keys waits for its latency, passes its first
 * value lines and throws the rest; a head that keeps all goes past, once no head is inside.
 */
export class TopKStage {
  private readonly requests: ReleaseRequests;
  private readonly order: OrderBuffer;
  private readonly values: ValueHead;
  private readonly fifo: DelayedFifo;
  /** Lines of the present head that left the FIFO, and those that went past. */
  private left = 0;
  private skipped = 0;
  private waitedCycles = 0;
  private headsInside = 0;
  private locked: "none" | "top-k" | "past" = "none";
  /** What the output did or waited for in this cycle, the strongest of its reasons. */
  private state: number = STATE.scores;
  private readonly stateCycles = new Int32Array(STATE_COUNT);

  constructor(geometry: ReleaseGeometry, requests: ReleaseRequests, order: OrderBuffer, values: ValueHead) {
    this.requests = requests;
    this.order = order;
    this.values = values;
    this.fifo = new DelayedFifo(geometry.bufferLineCount);
  }

  step(cycle: number): void {
    this.state = STATE.scores;
    const headsAtStart = this.headsInside;
    const isBusy = this.stepTopK(cycle);
    this.stepInput(headsAtStart, isBusy, cycle);
    if (this.state !== STATE.scores) this.stateCycles[this.state]!++;
  }

  /** Cycles of the output; in all others it waited for scores. */
  get counters() {
    const cycles = this.stateCycles;
    return {
      busyCycles: cycles[STATE.busy]!,
      throwCycles: cycles[STATE.throwing]!,
      latencyCycles: cycles[STATE.latency]!,
      valueHeadCycles: cycles[STATE.valueHead]!,
      headInsideCycles: cycles[STATE.headInside]!,
    };
  }

  /** Lines that left so far. */
  get movedLines(): number {
    return this.stateCycles[STATE.busy]! + this.stateCycles[STATE.throwing]!;
  }

  private note(state: number): void {
    if (state > this.state) this.state = state;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.left, this.skipped, this.waitedCycles, this.headsInside);
    state.put(["none", "top-k", "past"].indexOf(this.locked));
    this.fifo.writeState(state, "line");
  }

  describe(): string {
    return `${this.headsInside} heads inside, ${this.fifo.fill} lines, waited ${this.waitedCycles}, serves ${this.locked}`;
  }

  /** The FIFO's output; true if it has the cycle, so that a head going past waits. */
  private stepTopK(cycle: number): boolean {
    const line = this.fifo.peek(cycle);
    if (line < 0) return false;
    const request = requestOfLine(line);
    if (this.left === 0 && this.waitedCycles < this.requests.topKLatencyCycles[request]!) {
      this.waitedCycles++;
      this.note(STATE.latency);
      return this.locked === "top-k";
    }
    const valueLines = this.requests.valueScoreLineCount[request]!;
    if (this.left >= valueLines) {
      this.note(STATE.throwing);
      this.leave(request, cycle);
      return false;
    }
    if (this.locked === "past") return false;
    this.locked = "top-k";
    const isLastValue = this.left + 1 === valueLines;
    if (!this.values.offer(request, this.left, isLastValue, false, cycle)) {
      this.note(STATE.valueHead);
      return true;
    }
    this.note(STATE.busy);
    if (isLastValue) {
      this.headsInside--;
      this.locked = "none";
    }
    this.leave(request, cycle);
    return true;
  }

  private leave(request: number, cycle: number): void {
    this.fifo.pop(cycle);
    this.left++;
    if (this.left < this.requests.keyScoreLineCount[request]!) return;
    this.left = 0;
    this.waitedCycles = 0;
  }

  /** The fourth register: padding is dropped, the rest goes into the FIFO or past it. */
  private stepInput(headsAtStart: number, isBusy: boolean, cycle: number): void {
    const { line } = this.order;
    if (line < 0) return;
    const request = requestOfLine(line);
    const keyCount = this.requests.keyCount[request]!;
    if (isLastLine(line) && (this.requests.keyScoreLineCount[request]! & 1) === 1) {
      this.order.accept();
    } else if (this.requests.valueCount[request]! >= keyCount) {
      this.goPast(request, line, headsAtStart, isBusy, cycle);
    } else if (this.fifo.hasRoom(cycle)) {
      this.fifo.push(line, cycle);
      this.order.accept();
      if (isFirstLine(line)) this.headsInside++;
    }
  }

  private goPast(request: number, line: number, headsAtStart: number, isBusy: boolean, cycle: number): void {
    if (this.locked !== "past" && headsAtStart > 0) {
      this.note(STATE.headInside);
      return;
    }
    if (isBusy || this.locked === "top-k") return;
    this.locked = "past";
    const isLastValue = this.skipped + 1 === this.requests.valueScoreLineCount[request]!;
    if (!this.values.offer(request, this.skipped, isLastValue, isLastLine(line), cycle)) {
      this.note(STATE.valueHead);
      return;
    }
    this.note(STATE.busy);
    this.skipped++;
    this.order.accept();
    if (!isLastValue) return;
    this.skipped = 0;
    this.locked = "none";
  }
}
