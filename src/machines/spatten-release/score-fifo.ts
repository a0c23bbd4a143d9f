import type { Allocator } from "./allocator.ts";
import { DelayedFifo } from "./delayed-fifo.ts";
import type { KeyAllocator } from "./key-allocator.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { isFirstLine, isLastLine, isToBeRedone, passOfLine, requestOfPass } from "./pass.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { SkidRegister } from "./skid-register.ts";
import type { StateWriter } from "./state-writer.ts";

/** A release passes one register on its way to the allocator. */
const RELEASE_REGISTER_CYCLES = 1;

/**
 * Score FIFO, maximum register and verdict, hardware.md 4.4.15. Lines leave once the last of their head is in → R → fork
 * to the verdict (first lines) and to the order buffer.
 */
export class ScoreFifo {
  /** Line in the register behind the FIFO, or -1. */
  line = -1;
  /** Set by the order buffer. */
  isOrderTaken = false;
  private isVerdictTaken = false;
  private isMaximumFull = false;
  private readonly fifo: DelayedFifo;
  private readonly requests: ReleaseRequests;
  private readonly verdicts: DelayedFifo;
  private readonly redos: SkidRegister;
  private readonly allocator: Allocator;
  private readonly allocations: KeyAllocator;
  readonly counters = { redonePasses: 0 };

  constructor(
    geometry: ReleaseGeometry,
    requests: ReleaseRequests,
    verdicts: DelayedFifo,
    redos: SkidRegister,
    allocator: Allocator,
    allocations: KeyAllocator,
  ) {
    this.fifo = new DelayedFifo(geometry.bufferLineCount);
    this.requests = requests;
    this.verdicts = verdicts;
    this.redos = redos;
    this.allocator = allocator;
    this.allocations = allocations;
  }

  /** A line from the maximum tree; a last line needs the maximum register too. */
  take(line: number, cycle: number): boolean {
    const isLast = isLastLine(line);
    if ((isLast && this.isMaximumFull) || !this.fifo.hasRoom(cycle)) return false;
    this.fifo.push(line, cycle);
    if (isLast) this.isMaximumFull = true;
    return true;
  }

  step(cycle: number): void {
    if (this.line >= 0 || this.isMaximumFull) this.move(cycle);
  }

  private move(cycle: number): void {
    if (this.line >= 0) {
      if (!this.isVerdictTaken) this.isVerdictTaken = this.decide(cycle);
      if (this.isVerdictTaken && this.isOrderTaken) this.line = -1;
    }
    if (this.line >= 0 || !this.isMaximumFull) return;
    const line = this.fifo.peek(cycle);
    if (line < 0) return;
    this.fifo.pop(cycle);
    this.line = line;
    this.isOrderTaken = false;
    this.isVerdictTaken = !isFirstLine(line);
    if (isLastLine(line)) this.isMaximumFull = false;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.line(this.line);
    state.put(this.isOrderTaken, this.isVerdictTaken, this.isMaximumFull);
    this.fifo.writeState(state, "line");
    this.verdicts.writeState(state, "pass");
    this.redos.writeState(state);
  }

  describe(): string {
    return `${this.fifo.fill} lines, maximum ${this.isMaximumFull ? "there" : "awaited"}, register ${this.line < 0 ? "empty" : "full"}`;
  }

  /** A first line meets the head of the verdict FIFO: redo, or release of the batch with its last head. */
  private decide(cycle: number): boolean {
    if (this.verdicts.peek(cycle) < 0) return false;
    const pass = passOfLine(this.line);
    const request = requestOfPass(pass);
    if (isToBeRedone(pass, this.requests)) {
      if (!this.redos.canTake) return false;
      this.redos.take(request);
      this.counters.redonePasses++;
    } else if (this.requests.keyPart[request] === this.requests.keyFused[request]) {
      // Only the last of a batch releases, even if the first is still to be redone.
      this.allocator.release(this.allocations.batchOf(request), cycle + RELEASE_REGISTER_CYCLES);
    }
    this.verdicts.pop(cycle);
    return true;
  }
}
