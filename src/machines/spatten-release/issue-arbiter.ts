import type { DelayedFifo } from "./delayed-fifo.ts";
import type { KeyAllocator } from "./key-allocator.ts";
import type { KeyHead } from "./key-head.ts";
import { passOf } from "./pass.ts";
import type { SkidRegister } from "./skid-register.ts";
import type { StateWriter } from "./state-writer.ts";

export const VERDICT_FIFO_DEPTH = 16;
/** New requests halt while the verdict FIFO holds more. */
const HALT_FILL = 8;

/** Issue arbiter, hardware.md 4.2.2: redo requests before new ones, forked to the verdict FIFO and to *head*. */
export class IssueArbiter {
  private readonly allocator: KeyAllocator;
  private readonly redos: SkidRegister;
  private readonly verdicts: DelayedFifo;
  private readonly head: KeyHead;
  /** A choice shown and not wholly taken stays. */
  private shown: "none" | "redo" | "new" = "none";
  private isVerdictTaken = false;
  private isHeadTaken = false;

  constructor(allocator: KeyAllocator, redos: SkidRegister, verdicts: DelayedFifo, head: KeyHead) {
    this.allocator = allocator;
    this.redos = redos;
    this.verdicts = verdicts;
    this.head = head;
  }

  step(cycle: number): void {
    if (this.shown === "none") {
      if (this.redos.item >= 0) this.shown = "redo";
      else if (this.allocator.request >= 0 && this.verdicts.fillAtStart(cycle) <= HALT_FILL)
        this.shown = "new";
    }
    // While *head* is busy, the rest of a choice only waits.
    if (this.shown !== "none" && !(this.isVerdictTaken && this.head.pass >= 0)) this.offer(cycle);
    this.redos.settle();
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(["none", "redo", "new"].indexOf(this.shown), this.isVerdictTaken, this.isHeadTaken);
  }

  describe(): string {
    return `shows ${this.shown}; ${this.verdicts.fill} passes without a verdict`;
  }

  private offer(cycle: number): void {
    const isRedo = this.shown === "redo";
    const pass = passOf(isRedo ? this.redos.item : this.allocator.request, isRedo);
    if (!this.isVerdictTaken && this.verdicts.hasRoom(cycle)) {
      this.verdicts.push(pass, cycle);
      this.isVerdictTaken = true;
    }
    if (!this.isHeadTaken && this.head.pass < 0) {
      this.head.begin(pass);
      this.isHeadTaken = true;
    }
    if (!this.isVerdictTaken || !this.isHeadTaken) return;
    this.isVerdictTaken = false;
    this.isHeadTaken = false;
    this.shown = "none";
    if (isRedo) this.redos.item = -1;
    else this.allocator.request = -1;
  }
}
