import { SpattenError } from "../../../base/errors.ts";
import type { RunObserver } from "../../run-observer.ts";
import type { LayerRun } from "../jobs.ts";
import { CascadeUnit } from "./cascade-unit.ts";
import { type LayerPlan, type PlanContext, valueRowsOf } from "./layer-plan.ts";
import { Ledger, type UnitWaits } from "./ledger.ts";
import { Loader } from "./loader.ts";
import type { Memory } from "./memory.ts";
import type { CycleOptions } from "./options.ts";
import { ProbabilityValueUnit } from "./probability-value-unit.ts";
import { QueryKeyUnit } from "./query-key-unit.ts";
import { SoftmaxUnit } from "./softmax-unit.ts";
import { TopKUnit } from "./top-k-unit.ts";
import { computeWaits, fetcherWait, type WaitingUnits } from "./waits.ts";

/** A clocked part: it decides on the state at the start of the cycle, and moves when all have decided. */
interface Clocked {
  /** True when something of it will move. */
  decide(cycle: number): boolean;
  apply(cycle: number): void;
  /** When time alone may change what it decides; absent where only others can. */
  nextEvent?(cycle: number): number;
  describe(): string;
}

/** Cycles between two rests. */
const STEP_CYCLES = 1 << 15;

/**
 * One layer on the machine, from its first request to the end of its cascade top-k; or several that no barrier parts,
 * each of which then has the cycles from the last prob·V of the one before to its own.
 */
export class LayerMachine {
  readonly ledgers: Ledger[];
  cycle: number;
  readonly #runs: readonly LayerRun[];
  /** Queries up to the end of each run. */
  readonly #runEnds: readonly number[];
  readonly #observer: RunObserver | undefined;
  #place = 0;
  readonly #units: WaitingUnits;
  readonly #clocked: readonly Clocked[];
  readonly #jumps: boolean;
  readonly #lastCycle: number;
  readonly #waits = {} as UnitWaits;

  constructor(
    context: PlanContext,
    runs: readonly LayerRun[],
    plan: LayerPlan,
    memory: Memory,
    cycle: number,
    options: CycleOptions,
  ) {
    const { parameters, headDimension } = context;
    const softmax = new SoftmaxUnit(parameters, headDimension);
    const queryKey = new QueryKeyUnit(parameters, headDimension, plan, softmax);
    const probabilityValue = new ProbabilityValueUnit(parameters, headDimension, plan, memory);
    const valueRows = (query: LayerPlan["queries"][number]) => valueRowsOf(context, query);
    const topK = new TopKUnit({ softmax, queryKey, probabilityValue, memory, valueRows });
    probabilityValue.connect(topK);
    const cascade = new CascadeUnit(parameters, plan, probabilityValue, memory);
    const loader = new Loader(parameters, headDimension, plan, memory, queryKey, softmax);
    const clocked: readonly Clocked[] = [memory, queryKey, softmax, topK, probabilityValue, loader, cascade];
    this.cycle = cycle;
    this.#runs = runs;
    this.ledgers = [new Ledger(cycle, options.observer)];
    this.#observer = options.observer;
    let end = 0;
    this.#runEnds = runs.map(({ jobs }) => {
      for (const job of jobs) end += job.queryCount;
      return end;
    });
    this.#units = { memory, queryKey, softmax, topK, probabilityValue, cascade };
    this.#clocked = (options.evaluationOrder ?? clocked.map((_, place) => place)).map(
      (place) => clocked[place]!,
    );
    this.#jumps = options.jumps ?? true;
    this.#lastCycle = cycle + mostCycles(parameters, plan);
  }

  /** Some cycles; true when the layer is over. @throws SpattenError where nothing moves any more. */
  advance(): boolean {
    const end = this.cycle + STEP_CYCLES;
    while (this.cycle < end) {
      if (this.#units.cascade.isLayerOver(this.cycle)) return true;
      this.#step();
    }
    return false;
  }

  #step(): void {
    const { cycle } = this;
    let isActive = false;
    for (const unit of this.#clocked) if (unit.decide(cycle)) isActive = true;
    const cause = computeWaits(this.#units, cycle, this.#waits);
    let next = cycle + 1;
    if (isActive || !this.#jumps) for (const unit of this.#clocked) unit.apply(cycle);
    else {
      this.#units.memory.hasMoved = false;
      next = this.#nextEvent(cycle);
    }
    if (next > this.#lastCycle) this.#fail(next);
    this.#waits.qkvFetcher = fetcherWait(this.#units.memory, cause);
    this.ledgers[this.#place]!.spend(next - cycle, this.#waits, cause);
    this.cycle = next;
    const { finishedCount } = this.#units.probabilityValue;
    while (this.#place < this.#runs.length - 1 && finishedCount >= this.#runEnds[this.#place]!) {
      this.ledgers[this.#place++]!.close();
      this.ledgers.push(new Ledger(next, this.#observer));
    }
  }

  #nextEvent(cycle: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const unit of this.#clocked) next = Math.min(next, unit.nextEvent?.(cycle) ?? next);
    return next;
  }

  #fail(next: number): never {
    const { iteration, layer } = this.#runs[this.#place]!;
    const state = this.#clocked.map((unit) => unit.describe()).join("; ");
    throw new SpattenError("workload", "the machine does not get on: a deadlock, or a bound that is wrong", {
      where: `iteration ${iteration}, layer ${layer}, cycle ${this.cycle}`,
      got: Number.isFinite(next) ? `more than ${this.#lastCycle} cycles` : "no unit that could move",
      hint: state,
    });
  }
}

/** More than any layer can take: all its work one behind the other, each access with a closed row and a refresh. */
function mostCycles({ dram, pipeline }: PlanContext["parameters"], plan: LayerPlan): number {
  const depth = Object.values(pipeline).reduce((sum, cycles) => sum + cycles, 0);
  const perAccess = 100;
  const perFetch = 2000;
  let cycles = perFetch;
  for (const { selectCycles, filterCycles } of plan.cascade) cycles += selectCycles + filterCycles;
  for (const { topK, lineCount, valueLineCount } of plan.queries) {
    const work = 2 * (lineCount + depth) + topK.selectCycles + topK.filterCycles + valueLineCount;
    cycles += 2 * work + 5 * perFetch;
  }
  for (const { traffic } of plan.heads) {
    const { query, key, keyLsb, value, output, append } = traffic;
    for (const stream of [query, key, keyLsb, value, output, append])
      cycles += perAccess * stream.transactionCount;
  }
  return Math.ceil(cycles * Math.max(1, dram.fusedHeadCount));
}
