import type { SpattenParameters } from "../parameters.ts";
import { scoresPerCycle } from "../stages.ts";
import type { QueryRun } from "./layer-plan.ts";

/**
 * Softmax and progressive decision (SpAtten IV-D, Fig 8 modules 8 and 9, Fig 12), in lines as Q·K hands them on: dequantize
 * and exponential; the FIFO, in which a query's lines wait until all of them are added up; divide, quantize, decide; and
 * a register that holds one query until top-k takes it. What cannot go on stays in the registers of the stage before.
 */
export class SoftmaxUnit {
  /** Lines from Q·K's output to the FIFO's. */
  heldLines = 0;
  isBusy = false;
  /** The first probabilities are flat: they are thrown away in this cycle. */
  discards: QueryRun | undefined;
  readonly #capacityLines: number;
  readonly #frontLines: number;
  readonly #backCycles: number;
  /** From Q·K to the FIFO, and from there until top-k takes them. */
  readonly #front: QueryRun[] = [];
  readonly #back: QueryRun[] = [];
  #backLines = 0;
  #lastTakenCycle = Number.NEGATIVE_INFINITY;

  constructor(parameters: SpattenParameters, headDimension: number) {
    const { pipeline, topKCapacityCount } = parameters;
    this.#capacityLines = Math.floor(topKCapacityCount / scoresPerCycle(parameters, headDimension));
    this.#frontLines =
      pipeline.queryKeyProductCycles + pipeline.dequantizeCycles + pipeline.exponentialCycles;
    this.#backCycles = pipeline.divideCycles + pipeline.quantizeCycles + pipeline.progressiveDecisionCycles;
  }

  /** Whether probabilities are on their way to top-k. */
  get hasBack(): boolean {
    return this.#back.length > 0;
  }

  /** The query whose lines leave the FIFO next. */
  get head(): QueryRun | undefined {
    return this.#front[0];
  }

  /** Room for a line of a query of so many; a query longer than the FIFO is granted one that it fills. */
  hasRoomFor(lineCount: number): boolean {
    return this.heldLines < Math.max(this.#capacityLines, lineCount) + this.#frontLines;
  }

  /** The query in the output register, if top-k may take it in this cycle. */
  offered(cycle: number): QueryRun | undefined {
    const query = this.#back[0];
    return query !== undefined && this.#readyCycle(query) <= cycle && !this.#isFlat(query)
      ? query
      : undefined;
  }

  decide(cycle: number): boolean {
    const head = this.#front[0];
    this.isBusy =
      head !== undefined &&
      head.issuedLines === head.lineCount &&
      head.sumReadyCycle <= cycle &&
      this.#hasRoomBehind(head);
    const first = this.#back[0];
    const isDiscarding = first !== undefined && this.#readyCycle(first) <= cycle && this.#isFlat(first);
    this.discards = isDiscarding ? first : undefined;
    return this.isBusy || isDiscarding;
  }

  apply(cycle: number): void {
    if (this.discards !== undefined) {
      const query = this.discards;
      query.isRecomputed = true;
      this.#leave(cycle);
      query.issuedLines = 0;
      query.poppedLines = 0;
      query.sumReadyCycle = Number.POSITIVE_INFINITY;
      query.lastPopCycle = Number.POSITIVE_INFINITY;
    }
    if (!this.isBusy) return;
    const head = this.#front[0]!;
    if (head.poppedLines === 0) this.#back.push(head);
    head.poppedLines++;
    this.heldLines--;
    this.#backLines++;
    if (head.poppedLines < head.lineCount) return;
    head.lastPopCycle = cycle;
    this.#front.shift();
  }

  enter(query: QueryRun): void {
    this.#front.push(query);
  }

  /** Top-k took the offered query. */
  taken(cycle: number): void {
    this.#leave(cycle);
  }

  /** When something may change by time alone. */
  nextEvent(cycle: number): number {
    const sum = this.#front[0]?.sumReadyCycle ?? Number.POSITIVE_INFINITY;
    const back = this.#back[0];
    const ready = back === undefined ? Number.POSITIVE_INFINITY : this.#readyCycle(back);
    return Math.min(
      sum > cycle ? sum : Number.POSITIVE_INFINITY,
      ready > cycle ? ready : Number.POSITIVE_INFINITY,
    );
  }

  describe(): string {
    return `softmax: ${this.#front.length} queries before the sum, ${this.#back.length} behind it, ${this.heldLines} lines`;
  }

  #leave(cycle: number): void {
    this.#backLines -= this.#back[0]!.lineCount;
    this.#back.shift();
    this.#lastTakenCycle = cycle;
  }

  #isFlat(query: QueryRun): boolean {
    return query.isRefetched && !query.isRecomputed;
  }

  /** Whole in the register: its last line is through, or followed the query before, a line a cycle. */
  #readyCycle(query: QueryRun): number {
    if (query.poppedLines < query.lineCount) return Number.POSITIVE_INFINITY;
    return Math.max(query.lastPopCycle + this.#backCycles, this.#lastTakenCycle + query.lineCount);
  }

  /** Lines behind the register's query stay in the registers of divide, quantize and decide. */
  #hasRoomBehind(head: QueryRun): boolean {
    const first = this.#back[0];
    return first === undefined || first === head || this.#backLines - first.lineCount < this.#backCycles;
  }
}
