import type * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { requireInteger } from "../../base/require.ts";
import { parseWith } from "../../base/schema.ts";
import { createCounters } from "../unit-counters.ts";
import {
  passCycles,
  passOverheadCycles,
  type TopKEngineParameters,
  topKCapacityItems,
  topKEngineParametersSchema,
} from "./parameters.ts";
import type { PivotChoice } from "./pivots.ts";

/** What one top-k found, and the cycles it took. */
export interface TopKRun {
  /** Places of the kept elements, ascending: the order of the input. */
  readonly kept: Int32Array;
  /** The k-th largest, and how many of its equals stay, the first ones; -Infinity where all stay. */
  readonly threshold: number;
  readonly equalCount: number;
  /** Items streamed past the comparators in each pass. */
  readonly passes: readonly number[];
  /** Lines of input, one a cycle; a machine may overlap them with the softmax in front. */
  readonly loadCycles: number;
  readonly selectCycles: number;
  /** Until the last kept element has left. */
  readonly filterCycles: number;
}

export const topKEvents = [
  "runs",
  "skippedRuns",
  "passes",
  "comparisons",
  "inputWrites",
  "inputReads",
  "fifoPushes",
  "fifoPops",
  "zeroEliminatorItems",
  "keptItems",
] as const;
/** `load`: the comparators wait for the input. `drain`: for the last survivors to pass the zero eliminator. */
export const topKCauses = ["load", "drain"] as const;

/**
 * The quick-select top-k engine, pass by pass (SpAtten Algorithm 3, Fig. 9). Its first pass streams the input buffer; each
 * later one what FIFO_L or FIFO_R held; all less than the pivot go to FIFO_L and all greater to FIFO_R, through a zero
 * eliminator each. Then the input is filtered. Counted from 1 (`|R| + equals < target`): see `pruning/quick-select.ts`.
 */
export class TopKEngine {
  readonly parameters: TopKEngineParameters;
  readonly counters = createCounters(topKEvents, topKCauses);
  readonly #left: Float64Array;
  readonly #right: Float64Array;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof topKEngineParametersSchema> = {}) {
    this.parameters = parseWith(topKEngineParametersSchema, parameters, { what: "top-k engine" });
    const capacity = topKCapacityItems(this.parameters);
    this.#left = new Float64Array(capacity);
    this.#right = new Float64Array(capacity);
  }

  /**
   * Keeps the k largest of `values` (n), among equals the first ones.
   * @throws SpattenError `input` for a NaN or a k outside 0 to n, `workload` where n is beyond the FIFOs' capacity.
   */
  run(values: ArrayLike<number>, k: number, choosePivot: PivotChoice): TopKRun {
    const { parameters, counters } = this;
    const n = values.length;
    requireInteger(k, "k", 0, n);
    requireCapacity(parameters, n);
    counters.events.runs++;
    if (k === 0 || k === n) return this.#skip(values, k);
    const loadCycles = Math.ceil(n / parameters.comparatorCountPerArray);
    counters.events.inputWrites += n;
    counters.stallCycles.load += loadCycles;
    const passes: number[] = [];
    const { threshold, equalCount } = this.#select(values, k, choosePivot, passes);
    const kept = filterKept(values, k, threshold, equalCount);
    counters.events.inputReads += n;
    counters.events.comparisons += n;
    counters.events.zeroEliminatorItems += n;
    counters.events.keptItems += k;
    let selectCycles = 0;
    for (const itemCount of passes) selectCycles += passCycles(parameters, itemCount);
    const filterCycles = passCycles(parameters, n);
    const drainCycles = (passes.length + 1) * passOverheadCycles(parameters);
    counters.stallCycles.drain += drainCycles;
    counters.busyCycles += selectCycles + filterCycles - drainCycles;
    return { kept, threshold, equalCount, passes, loadCycles, selectCycles, filterCycles };
  }

  #skip(values: ArrayLike<number>, k: number): TopKRun {
    requireNumbers(values);
    this.counters.events.skippedRuns++;
    this.counters.events.keptItems += k;
    this.counters.busyCycles += this.parameters.skippedCycles;
    return {
      kept: Int32Array.from({ length: k }, (_, place) => place),
      threshold: k === 0 ? Infinity : -Infinity,
      equalCount: k,
      passes: [],
      loadCycles: 0,
      selectCycles: 0,
      filterCycles: this.parameters.skippedCycles,
    };
  }

  #select(values: ArrayLike<number>, k: number, choosePivot: PivotChoice, passes: number[]) {
    const { events } = this.counters;
    const n = values.length;
    for (let place = 0; place < n; place++) this.#left[place] = toComparable(values[place]!, place);
    let selected = this.#left;
    let selectedCount = n;
    let target = k;
    for (;;) {
      const pivot = selected[choosePivot(selected, selectedCount, target)]!;
      const isFirst = passes.push(selectedCount) === 1;
      let lessCount = 0;
      let greaterCount = 0;
      // What is pushed back into the selected FIFO takes places that have been read; the other one is empty by now.
      const less = selected;
      const greater: Float64Array = selected === this.#left ? this.#right : this.#left;
      for (let place = 0; place < selectedCount; place++) {
        const value = selected[place]!;
        if (value < pivot) less[lessCount++] = value;
        else if (value > pivot) greater[greaterCount++] = value;
      }
      events.passes++;
      events.comparisons += 2 * selectedCount;
      events.zeroEliminatorItems += 2 * selectedCount;
      if (isFirst) events.inputReads += selectedCount;
      else events.fifoPops += selectedCount;
      events.fifoPushes += lessCount + greaterCount;
      const equalCount = selectedCount - lessCount - greaterCount;
      if (greaterCount >= target) {
        // The pivot was too small: all that is greater goes on.
        selected = greater;
        selectedCount = greaterCount;
      } else if (greaterCount + equalCount < target) {
        // Too large: the rest is looked for among the lesser.
        target -= greaterCount + equalCount;
        selectedCount = lessCount;
      } else {
        return { threshold: pivot, equalCount: target - greaterCount };
      }
    }
  }
}

function requireCapacity(parameters: TopKEngineParameters, n: number): void {
  if (n <= topKCapacityItems(parameters)) return;
  throw new SpattenError("workload", "more elements than the FIFOs of the top-k engine hold", {
    where: "fifoDepthLines",
    got: `${n} elements`,
    expected: `at most ${topKCapacityItems(parameters)}`,
    hint: "deepen the FIFOs or prune earlier",
  });
}

function toComparable(value: number, place: number): number {
  if (Number.isNaN(value))
    throw new SpattenError("input", `element ${place} is not a number`, { got: "NaN" });
  // -0 becomes 0, so that the reported threshold does not depend on which of the two was met.
  return value + 0;
}

function requireNumbers(values: ArrayLike<number>): void {
  for (let place = 0; place < values.length; place++) toComparable(values[place]!, place);
}

/** The filter pass: what is above the threshold, and the first of its equals. */
function filterKept(values: ArrayLike<number>, k: number, threshold: number, equalCount: number): Int32Array {
  const kept = new Int32Array(k);
  let equalLeft = equalCount;
  let count = 0;
  for (let place = 0; place < values.length; place++) {
    const value = values[place]!;
    if (value > threshold || (value === threshold && equalLeft-- > 0)) kept[count++] = place;
  }
  return kept;
}
