import type { SpattenParameters } from "../parameters.ts";
import { vectorsPerCycle } from "../stages.ts";
import type { CycleCause } from "./causes.ts";
import { Fetch } from "./fetch.ts";
import type { LayerPlan, QueryRun } from "./layer-plan.ts";
import type { Memory } from "./memory.ts";

/** What prob·V reads of the unit before it. */
export interface KeptQueries {
  readonly output: QueryRun | undefined;
}

/**
 * Prob·V (SpAtten IV-D, Fig 8 module 11): a line of kept values a cycle, as the filter lets their probabilities through and
 * as their rows arrive; then the output row is written. As many outputs wait for the channels as a FIFO holds.
 */
export class ProbabilityValueUnit {
  isBusy = false;
  /** It has no query and takes the register's in this cycle. */
  hasTaken = false;
  cause: CycleCause = "topK";
  /** Queries whose last line is multiplied. */
  finishedCount = 0;
  lastLineCycle = 0;
  readonly #plan: LayerPlan;
  readonly #memory: Memory;
  readonly #width: number;
  readonly #latencyCycles: number;
  readonly #writesOutputs: boolean;
  readonly #outputPlaces: number;
  #current: QueryRun | undefined;
  #source: KeptQueries = { output: undefined };
  #next: QueryRun | undefined;

  constructor(parameters: SpattenParameters, headDimension: number, plan: LayerPlan, memory: Memory) {
    this.#plan = plan;
    this.#memory = memory;
    this.#width = vectorsPerCycle(parameters, headDimension);
    this.#latencyCycles = parameters.pipeline.probabilityValueProductCycles;
    this.#writesOutputs = parameters.writeOutputs;
    this.#outputPlaces = parameters.fetcher.fifoDepth;
  }

  connect(source: KeptQueries): void {
    this.#source = source;
  }

  /** Whether the register is read in this cycle if it holds something: seen by the filter in the same cycle. */
  get takesNext(): boolean {
    return this.#current === undefined;
  }

  get isFinished(): boolean {
    return this.finishedCount === this.#plan.queries.length;
  }

  decide(cycle: number): boolean {
    const { output } = this.#source;
    this.hasTaken = this.#current === undefined && output !== undefined;
    const query = this.#current ?? output;
    this.#next = query;
    this.isBusy = false;
    this.cause = "topK";
    if (query === undefined) return false;
    const wanted = Math.min(query.valueCount, (query.multipliedLines + 1) * this.#width);
    if (wanted > releasedValues(query, cycle)) return this.hasTaken;
    this.cause = "fetch";
    const fetch = query.valueFetch ?? query.head.valueFetch;
    if (fetch === undefined) return this.hasTaken;
    const rows = Math.ceil((fetch.rowCount * wanted) / query.valueCount);
    this.isBusy = fetch.rowsDone >= rows && this.#memory.outputRowsPending < this.#outputPlaces;
    return this.isBusy || this.hasTaken;
  }

  apply(cycle: number): void {
    if (this.hasTaken) this.#current = this.#next;
    if (!this.isBusy) return;
    const query = this.#next!;
    query.multipliedLines++;
    if (query.multipliedLines < query.valueLineCount) return;
    this.#current = undefined;
    this.finishedCount++;
    this.lastLineCycle = cycle;
    query.head.valueUsers--;
    if (!this.#writesOutputs) return;
    const row = new Fetch(query.head.readers.output, [query.place], true);
    row.gateStartCycle = cycle + 1 + this.#latencyCycles;
    this.#memory.enqueue(row, "output");
  }

  describe(): string {
    const state = this.#current === undefined ? "empty" : `line ${this.#current.multipliedLines}`;
    return `probabilityValueProduct: ${this.finishedCount} of ${this.#plan.queries.length} queries done, ${state}, ${this.#memory.outputRowsPending} outputs to write`;
  }
}

/** Values that the filter has let through before a cycle, taken as spread evenly over its pass. */
function releasedValues(query: QueryRun, cycle: number): number {
  const elapsed = cycle - query.filterStartCycle;
  const { filterCycles } = query.topK;
  return elapsed >= filterCycles ? query.valueCount : Math.floor((query.valueCount * elapsed) / filterCycles);
}
