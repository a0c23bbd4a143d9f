import type { FullyConnectedPlan } from "../../fully-connected/plan.ts";
import type { FullyConnectedTraffic } from "../../fully-connected/traffic.ts";
import type { SpattenParameters } from "../../parameters.ts";
import type { CycleCause } from "../causes.ts";
import { Fetch, StreamReader } from "../fetch.ts";
import type { Memory } from "../memory.ts";
import { firstRows } from "../survivors.ts";
import type { WeightLayout } from "./weight-layout.ts";
import { WeightStream } from "./weight-stream.ts";

/** Lines whose outputs are written together. */
const LINES_PER_OUTPUT = 16;

/**
 * Both multiplier arrays on one fully connected layer: a line of weights a cycle and vector, as soon as the line and the
 * group's inputs are there; then the next line. The next group's inputs come when the last line of this one is done.
 */
export class FullyConnectedUnit {
  /** Decided in this cycle: a line is being multiplied. */
  isBusy = false;
  /** What it waits for where it is not busy. */
  cause: CycleCause = "fill";
  readonly #plan: FullyConnectedPlan;
  readonly #traffic: FullyConnectedTraffic;
  readonly #memory: Memory;
  readonly #weights: WeightStream;
  readonly #inputReader: StreamReader;
  readonly #outputReader: StreamReader;
  readonly #latencyCycles: number;
  /** Writes that may wait for the channels, as at prob·V. */
  readonly #outputPlaces: number;
  #group = 0;
  #inputs: Fetch | undefined;
  #inputBlocks = 0;
  #outputBlocks = 0;
  #groupOutputBlocks = 0;
  /** Lines of the group that have begun; the last of them is under way until `#lineEndCycle`. */
  #begunLines = 0;
  #lineEndCycle = 0;
  #isStarting = false;
  #isGroupOver = false;

  constructor(
    parameters: SpattenParameters,
    plan: FullyConnectedPlan,
    traffic: FullyConnectedTraffic,
    memory: Memory,
    layout: WeightLayout,
  ) {
    this.#plan = plan;
    this.#traffic = traffic;
    this.#memory = memory;
    this.#weights = new WeightStream(parameters, plan, memory, layout);
    this.#inputReader = readerAt(layout.inputBlock);
    this.#outputReader = readerAt(layout.outputBlock);
    this.#latencyCycles = parameters.pipeline.queryKeyProductCycles;
    this.#outputPlaces = parameters.fetcher.fifoDepth;
  }

  decide(cycle: number): boolean {
    const { lineCount, groupVectorCounts } = this.#plan;
    const isFree = this.#lineEndCycle <= cycle;
    if (isFree && this.#begunLines > 0) this.#weights.release(this.#group, this.#weightsOf(this.#begunLines));
    this.#isGroupOver = isFree && this.#begunLines === lineCount && this.#group < groupVectorCounts.length;
    this.#isStarting = isFree && this.#begunLines < lineCount && this.#hasOperands();
    this.isBusy = !isFree || this.#isStarting;
    if (!this.isBusy) this.cause = this.#wait(cycle);
    const asksInputs = this.#inputs === undefined && this.#group < groupVectorCounts.length;
    return this.#isStarting || this.#isGroupOver || asksInputs || this.#weights.canAsk;
  }

  apply(cycle: number): void {
    if (this.#isGroupOver) {
      this.#group++;
      this.#inputs = undefined;
      this.#outputBlocks += this.#groupOutputBlocks;
      this.#groupOutputBlocks = 0;
      this.#begunLines = this.#group < this.#plan.groupVectorCounts.length ? 0 : this.#plan.lineCount;
    }
    const group = this.#traffic.groups[this.#group];
    if (this.#inputs === undefined && group !== undefined) {
      const count = group.inputTransactionCount;
      this.#inputs = new Fetch(
        this.#inputReader,
        firstRows(count).map((place) => this.#inputBlocks + place),
      );
      this.#inputBlocks += count;
      this.#memory.enqueue(this.#inputs, "urgent");
    }
    this.#weights.ask();
    if (!this.#isStarting || group === undefined) return;
    this.#begunLines++;
    this.#lineEndCycle = cycle + group.vectorCount;
    const { lineCount } = this.#plan;
    if (this.#begunLines % LINES_PER_OUTPUT === 0 || this.#begunLines === lineCount) {
      this.#write(Math.floor((group.outputTransactionCount * this.#begunLines) / lineCount));
    }
  }

  /** Every line is multiplied, the tree is empty, and the channels have accepted every output. */
  isOver(cycle: number): boolean {
    const { groupVectorCounts } = this.#plan;
    const isDone = this.#group === groupVectorCounts.length && this.#memory.outputRowsPending === 0;
    return isDone && cycle >= this.#lineEndCycle + this.#latencyCycles;
  }

  nextEvent(cycle: number): number {
    if (this.#lineEndCycle > cycle) return this.#lineEndCycle;
    const end = this.#lineEndCycle + this.#latencyCycles;
    return end > cycle ? end : Number.POSITIVE_INFINITY;
  }

  describe(): string {
    return `fully connected: group ${this.#group} of ${this.#plan.groupVectorCounts.length}, line ${this.#begunLines} of ${this.#plan.lineCount}, ${this.#memory.outputRowsPending} outputs to write`;
  }

  #weightsOf(lines: number): number {
    return Math.min(this.#plan.weightCount, lines * this.#plan.lineWeightCount);
  }

  #hasOperands(): boolean {
    if (this.#inputs?.isDone !== true || this.#memory.outputRowsPending >= this.#outputPlaces) return false;
    return this.#weights.has(this.#group, this.#weightsOf(this.#begunLines + 1));
  }

  #wait(cycle: number): CycleCause {
    if (this.#group === 0 && this.#begunLines === 0) return "fill";
    const isLast = this.#group >= this.#plan.groupVectorCounts.length - 1;
    const isDone = this.#begunLines === this.#plan.lineCount && this.#lineEndCycle <= cycle;
    return isLast && isDone ? "drain" : "fetch";
  }

  /** Writes outputs of the group up to so many transactions, once the line that now begins has left the tree. */
  #write(blocks: number): void {
    const count = blocks - this.#groupOutputBlocks;
    if (count === 0) return;
    const first = this.#outputBlocks + this.#groupOutputBlocks;
    const fetch = new Fetch(
      this.#outputReader,
      firstRows(count).map((place) => first + place),
      true,
    );
    fetch.gateStartCycle = this.#lineEndCycle + this.#latencyCycles;
    this.#groupOutputBlocks = blocks;
    this.#memory.enqueue(fetch, "output");
  }
}

function readerAt(baseBlock: number): StreamReader {
  return new StreamReader({ baseBlock, rowBlocks: 1, headOffset: 0, blocksPerRow: 1 });
}
