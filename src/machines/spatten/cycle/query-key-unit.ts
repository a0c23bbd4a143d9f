import type { SpattenParameters } from "../parameters.ts";
import { scoresPerCycle } from "../stages.ts";
import type { CycleCause } from "./causes.ts";
import type { LayerPlan, QueryRun } from "./layer-plan.ts";
import type { SoftmaxUnit } from "./softmax-unit.ts";

/**
 * Q·K (SpAtten IV-C, Fig 8 module 7): a line of scores a cycle, as soon as its rows of K are there and the softmax has
 * room. A query whose probabilities were flat comes before any new one, and no new one begins until the second
 * probabilities have left the softmax (the paper: top-k and prob·V idle meanwhile).
 */
export class QueryKeyUnit {
  /** New queries that have begun. */
  begunCount = 0;
  current: QueryRun | undefined;
  readonly recomputes: QueryRun[] = [];
  /** Under way for the second time. */
  recomputing: QueryRun | undefined;
  /** Decided in this cycle. */
  isBusy = false;
  /** What it waits for where it is not busy; `softmax` stands for whatever holds the softmax. */
  cause: CycleCause = "fill";
  readonly #plan: LayerPlan;
  readonly #softmax: SoftmaxUnit;
  readonly #width: number;
  readonly #lineLatency: number;
  #next: QueryRun | undefined;

  constructor(parameters: SpattenParameters, headDimension: number, plan: LayerPlan, softmax: SoftmaxUnit) {
    const { queryKeyProductCycles, dequantizeCycles, exponentialCycles, accumulateCycles } =
      parameters.pipeline;
    this.#plan = plan;
    this.#softmax = softmax;
    this.#width = scoresPerCycle(parameters, headDimension);
    const front = queryKeyProductCycles + dequantizeCycles + exponentialCycles;
    this.#lineLatency = front + Math.max(1, accumulateCycles);
  }

  /** New queries whose every line has gone. */
  get finishedCount(): number {
    return this.begunCount - (this.current !== undefined && !this.current.isRecomputed ? 1 : 0);
  }

  decide(): boolean {
    const query = this.#select();
    this.#next = query;
    this.isBusy = false;
    if (query === undefined) {
      this.cause = this.recomputing === undefined ? "drain" : "recompute";
      return false;
    }
    if (!this.#hasOperands(query)) {
      if (query.isRecomputed) this.cause = "recompute";
      else this.cause = this.begunCount === 0 ? "fill" : "fetch";
      return false;
    }
    this.isBusy = this.#softmax.hasRoomFor(query.lineCount);
    this.cause = "softmax";
    return this.isBusy;
  }

  apply(cycle: number): void {
    const query = this.#next;
    if (!this.isBusy || query === undefined) return;
    if (query.issuedLines === 0) {
      if (query.isRecomputed) {
        this.recomputes.shift();
        this.recomputing = query;
      } else this.begunCount++;
      this.#softmax.enter(query);
    }
    this.#softmax.heldLines++;
    query.issuedLines++;
    const isLast = query.issuedLines === query.lineCount;
    if (isLast) query.sumReadyCycle = cycle + this.#lineLatency;
    this.current = isLast ? undefined : query;
  }

  describe(): string {
    const lines = this.current === undefined ? "none" : `line ${this.current.issuedLines}`;
    return `queryKeyProduct: ${this.begunCount} of ${this.#plan.queries.length} queries begun, ${lines}, ${this.recomputes.length} to recompute, waits for ${this.cause}`;
  }

  #select(): QueryRun | undefined {
    if (this.current !== undefined) return this.current;
    if (this.recomputing !== undefined) return undefined;
    return this.recomputes[0] ?? this.#plan.queries[this.begunCount];
  }

  #hasOperands(query: QueryRun): boolean {
    const { head } = query;
    const rows = Math.min(head.job.keyCount, (query.issuedLines + 1) * this.#width);
    if (query.queryFetch?.isDone !== true) return false;
    const keys = query.keyFetch ?? head.keyFetch;
    if (keys === undefined || keys.rowsDone < rows) return false;
    if (!query.isRecomputed || head.job.keyLsbBits === 0) return true;
    const lowBits = query.lsbFetch ?? head.lsbFetch;
    return lowBits !== undefined && lowBits.rowsDone >= rows;
  }
}
