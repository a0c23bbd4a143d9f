import type { Memory } from "../../spatten/cycle/memory.ts";
import type { CycleOptions } from "../../spatten/cycle/options.ts";
import type { RivalDesign } from "../design.ts";
import { SORTER, timedUnits } from "../layer-time.ts";
import type { RivalLoad } from "../loads.ts";
import { RivalTimeline } from "../timeline.ts";
import type { RivalLayout } from "./layout.ts";
import { Loader } from "./loader.ts";
import { Stations, type TravellingPass } from "./stations.ts";
import { Stretches } from "./stretches.ts";

/** Outputs that may wait for the channels before the last module stops. */
const OUTPUT_LOOKAHEAD = 8;
/** Cycles between two rests. */
const STEP_CYCLES = 1 << 15;

/** The loads of one layer, cycle by cycle, from the first request to the last accepted output. */
export class RivalLayerMachine {
  readonly timeline: RivalTimeline;
  cycle: number;
  readonly #design: RivalDesign;
  readonly #memory: Memory;
  readonly #layout: RivalLayout;
  readonly #loader: Loader;
  readonly #stations: Stations;
  readonly #stretches: Stretches;
  readonly #order: readonly number[];
  readonly #jumps: boolean;
  #hasStarted = false;

  constructor(
    design: RivalDesign,
    layout: RivalLayout,
    memory: Memory,
    loads: Iterable<RivalLoad>,
    cycle: number,
    options: CycleOptions,
  ) {
    const units = timedUnits(design);
    this.timeline = new RivalTimeline(units);
    this.cycle = cycle;
    this.#design = design;
    this.#memory = memory;
    this.#layout = layout;
    this.#loader = new Loader(design, layout, memory, loads);
    this.#stations = new Stations(design.stations.length);
    this.#stretches = new Stretches(this.timeline, units, cycle, options.observer);
    this.#order = options.evaluationOrder ?? [0, 1, 2];
    this.#jumps = options.jumps ?? true;
  }

  /** Some cycles; true when the layer is over. */
  advance(): boolean {
    const end = this.cycle + STEP_CYCLES;
    while (this.cycle < end) {
      if (this.#loader.isOver && this.#stations.isEmpty && this.#memory.writesPending === 0) {
        this.#stretches.close();
        return true;
      }
      this.#step();
    }
    return false;
  }

  #step(): void {
    const { cycle } = this;
    const hasOutputRoom = this.#memory.outputRowsPending < OUTPUT_LOOKAHEAD;
    const ready = this.#loader.ready(cycle, (load, query) => this.#write(load, query));
    const entering = this.#stations.canEnter(cycle, hasOutputRoom) ? ready : undefined;
    let isActive = false;
    for (const place of this.#order) {
      if (this.#decide(place, cycle, entering, hasOutputRoom)) isActive = true;
    }
    let next = cycle + 1;
    if (isActive || !this.#jumps) {
      for (const place of this.#order) this.#apply(place, cycle, entering !== undefined);
      this.#stations.takeFinished()?.finished();
      this.#hasStarted ||= entering !== undefined;
    } else {
      this.#memory.hasMoved = false;
      next = Math.min(
        this.#memory.nextEvent(),
        this.#stations.nextEvent(cycle),
        this.#loader.nextEvent(cycle),
      );
      if (!Number.isFinite(next)) throw new Error(`${this.#design.title} stands still at cycle ${cycle}`);
    }
    this.#book(cycle, next);
    this.cycle = next;
  }

  #decide(
    place: number,
    cycle: number,
    entering: TravellingPass | undefined,
    hasOutputRoom: boolean,
  ): boolean {
    if (place === 0) return this.#memory.decide(cycle);
    return place === 1 ? this.#loader.decide() : this.#stations.decide(cycle, entering, hasOutputRoom);
  }

  #apply(place: number, cycle: number, started: boolean): void {
    if (place === 0) this.#memory.apply(cycle);
    else if (place === 1) this.#loader.apply(cycle, started);
    else this.#stations.apply(cycle);
  }

  #write({ head, firstQuery, writes }: RivalLoad, query: number): void {
    if (writes === "nothing") return;
    const stream = writes === "outputs" ? "output" : "partial";
    const row = firstQuery + query;
    this.#memory.enqueue(this.#layout.fetch(head, stream, firstQuery, row, row + 1, true), "output");
  }

  /** Who was busy up to the next event, and what the others waited for. */
  #book(cycle: number, next: number): void {
    const { stations } = this.#design;
    const ends = stations.map((_, place) => this.#stations.endCycle(place));
    const last = Math.max(...ends);
    const isSorting = this.#loader.sortingUntil > cycle;
    const isFetching = this.#memory.hasMoved || this.#memory.isWaiting;
    const busy = [...ends.map((end) => end > cycle), isFetching, isSorting];
    this.#stretches.extend(
      next - cycle,
      this.#causeOf(cycle, stations[ends.indexOf(last)]!, last, isSorting),
      busy,
    );
  }

  #causeOf(cycle: number, latest: string, latestEnd: number, isSorting: boolean): string {
    if (!this.#loader.hasQueries && this.#stations.endCycle(0) <= cycle) return "drain";
    if (latestEnd > cycle) return latest;
    if (isSorting) return SORTER;
    return this.#hasStarted ? "fetch" : "fill";
  }
}
