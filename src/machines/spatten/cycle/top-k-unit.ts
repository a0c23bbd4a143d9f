import { Fetch } from "./fetch.ts";
import type { QueryRun } from "./layer-plan.ts";
import type { Memory } from "./memory.ts";
import type { ProbabilityValueUnit } from "./probability-value-unit.ts";
import type { QueryKeyUnit } from "./query-key-unit.ts";
import type { SoftmaxUnit } from "./softmax-unit.ts";

/** The stages around the local top-k, and where the values of a streamed head come from. */
export interface TopKNeighbours {
  readonly softmax: SoftmaxUnit;
  readonly queryKey: QueryKeyUnit;
  readonly probabilityValue: ProbabilityValueUnit;
  readonly memory: Memory;
  /** Rows of the values that a query keeps, where they are fetched for it alone. */
  readonly valueRows: (query: QueryRun) => Int32Array;
}

/**
 * Local value top-k (SpAtten IV-B, Fig 8 module 10, Fig 9): quick-select over the query in its input, then the filter, whose
 * kept probabilities go on as they come. The filter begins when prob·V has taken what was kept before.
 */
export class TopKUnit {
  /** What the filter lets through, until prob·V takes it. */
  output: QueryRun | undefined;
  isBusy = false;
  isHeld = false;
  readonly #near: TopKNeighbours;
  #current: QueryRun | undefined;
  #selectEndCycle = 0;
  /** The engine takes the next query from then on. */
  #freeCycle = Number.NEGATIVE_INFINITY;
  #taking: QueryRun | undefined;
  #filtering: QueryRun | undefined;

  constructor(near: TopKNeighbours) {
    this.#near = near;
  }

  decide(cycle: number): boolean {
    const { softmax, probabilityValue } = this.#near;
    const isFree = this.#current === undefined && this.#freeCycle <= cycle;
    this.#taking = isFree ? softmax.offered(cycle) : undefined;
    const query = this.#taking ?? this.#current;
    const selectEnd =
      this.#taking === undefined ? this.#selectEndCycle : cycle + this.#taking.topK.selectCycles;
    const isOutputFree = this.output === undefined || probabilityValue.takesNext;
    const isSelected = query !== undefined && selectEnd <= cycle;
    this.#filtering = isSelected && isOutputFree ? query : undefined;
    this.isHeld = isSelected && !isOutputFree;
    const willFilter = this.#filtering !== undefined && this.#filtering.topK.filterCycles > 0;
    this.isBusy = willFilter || (query !== undefined ? !isSelected : this.#freeCycle > cycle);
    return this.#taking !== undefined || this.#filtering !== undefined;
  }

  apply(cycle: number): void {
    const { softmax, queryKey, probabilityValue, memory } = this.#near;
    const taking = this.#taking;
    if (taking !== undefined) {
      softmax.taken(cycle);
      taking.head.keyUsers--;
      if (queryKey.recomputing === taking) queryKey.recomputing = undefined;
      this.#current = taking;
      this.#selectEndCycle = cycle + taking.topK.selectCycles;
    }
    if (probabilityValue.hasTaken) this.output = undefined;
    const query = this.#filtering;
    if (query === undefined) return;
    this.output = query;
    this.#current = undefined;
    query.filterStartCycle = cycle;
    this.#freeCycle = cycle + query.topK.filterCycles;
    if (query.head.traffic.buffering !== "streamed") return;
    const fetch = new Fetch(query.head.readers.value, this.#near.valueRows(query));
    fetch.gateStartCycle = cycle;
    fetch.gateCycles = query.topK.filterCycles;
    query.valueFetch = fetch;
    memory.enqueue(fetch, "keptValues");
  }

  nextEvent(cycle: number): number {
    if (this.#current !== undefined && this.#selectEndCycle > cycle) return this.#selectEndCycle;
    // While a filter runs, what it lets through grows with time.
    return this.#freeCycle > cycle ? cycle + 1 : Number.POSITIVE_INFINITY;
  }

  describe(): string {
    const state = this.#current === undefined ? "empty" : `selecting until cycle ${this.#selectEndCycle}`;
    return `topK: ${state}, output ${this.output === undefined ? "free" : "held"}`;
  }
}
