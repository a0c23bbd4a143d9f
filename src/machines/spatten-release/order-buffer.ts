import { DelayedFifo } from "./delayed-fifo.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { isLastLine, isRedoPass, isToBeRedone, passOfLine } from "./pass.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { ScoreFifo } from "./score-fifo.ts";
import type { StateWriter } from "./state-writer.ts";

const FIFO_DEPTH_FACTOR = 16;

/**
 * Order buffer, hardware.md 4.4.16, and the four registers behind it (4.4.17): lines leave in the order of requests,
 * though redone heads come back later. Lines of a head to be redone are dropped.
 */
export class OrderBuffer {
  private readonly requests: ReleaseRequests;
  private readonly scores: ScoreFifo;
  private readonly lines: DelayedFifo;
  /** For each line of the FIFO, how many redone heads go before its head. */
  private readonly redosBefore: DelayedFifo;
  private redosSinceNormal = 0;
  private redosLeft = 0;
  /** Input of the arbiter that is kept until its head's last line. */
  private locked: "none" | "fifo" | "redone" = "none";
  private readonly registers = new Int32Array(4).fill(-1);
  private registerFill = 0;

  constructor(geometry: ReleaseGeometry, requests: ReleaseRequests, scores: ScoreFifo) {
    this.requests = requests;
    this.scores = scores;
    this.lines = new DelayedFifo(FIFO_DEPTH_FACTOR * geometry.bufferLineCount);
    this.redosBefore = new DelayedFifo(FIFO_DEPTH_FACTOR * geometry.bufferLineCount);
  }

  /** Line in the fourth register, or -1; the top-k stage empties it. */
  get line(): number {
    return this.registers[3]!;
  }

  accept(): void {
    this.registers[3] = -1;
    this.registerFill--;
  }

  step(cycle: number): void {
    if (this.registerFill > 0) this.move();
    const isScoreShown = this.scores.line >= 0 && !this.scores.isOrderTaken;
    if (isScoreShown || this.lines.fill > 0) this.arbitrate(cycle);
    if (isScoreShown) this.takeScores(cycle);
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    // Without a stored line, only the difference of the two counts decides.
    const base = this.lines.fill === 0 ? this.redosLeft : 0;
    state.put(this.redosSinceNormal - base, this.redosLeft - base, this.registerFill);
    state.put(["none", "fifo", "redone"].indexOf(this.locked));
    for (const line of this.registers) state.line(line);
    this.lines.writeState(state, "line");
    this.redosBefore.writeState(state, "put");
  }

  describe(): string {
    return `${this.lines.fill} lines, next after ${this.redosBefore.peek(Infinity)} redone heads of which ${this.redosLeft} left`;
  }

  private move(): void {
    const registers = this.registers;
    for (let index = 3; index > 0; index--) {
      if (registers[index]! >= 0) continue;
      registers[index] = registers[index - 1]!;
      registers[index - 1] = -1;
    }
  }

  private arbitrate(cycle: number): void {
    const stored = this.lines.peek(cycle);
    const isStoredNext = stored >= 0 && this.redosBefore.peek(cycle) <= this.redosLeft;
    const scores = this.scores;
    const isRedoneNext = scores.line >= 0 && !scores.isOrderTaken && isRedoPass(passOfLine(scores.line));
    const source = this.locked !== "none" ? this.locked : isStoredNext ? "fifo" : "redone";
    if (source === "fifo" ? !isStoredNext : !isRedoneNext) return;
    this.locked = source;
    if (this.registers[0]! >= 0) return;
    const line = source === "fifo" ? stored : scores.line;
    if (source === "fifo") {
      this.lines.pop(cycle);
      this.redosBefore.pop(cycle);
    } else {
      scores.isOrderTaken = true;
    }
    this.registers[0] = line;
    this.registerFill++;
    if (!isLastLine(line)) return;
    this.locked = "none";
    this.redosLeft = source === "fifo" ? 0 : this.redosLeft + 1;
  }

  /** Lines of first passes: dropped if to be redone, else stored. */
  private takeScores(cycle: number): void {
    const scores = this.scores;
    const { line } = scores;
    if (line < 0 || scores.isOrderTaken) return;
    const pass = passOfLine(line);
    if (isRedoPass(pass)) return;
    if (isToBeRedone(pass, this.requests)) {
      if (isLastLine(line)) this.redosSinceNormal++;
    } else {
      if (!this.lines.hasRoom(cycle)) return;
      this.lines.push(line, cycle);
      this.redosBefore.push(this.redosSinceNormal, cycle);
      if (isLastLine(line)) this.redosSinceNormal = 0;
    }
    scores.isOrderTaken = true;
  }
}
