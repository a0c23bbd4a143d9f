import type { UnitTime } from "../../machine-report.ts";
import type { RunObserver } from "../../run-observer.ts";
import { type TimedUnit, timedUnits } from "../timeline.ts";
import { type CycleCause, cycleCauses } from "./causes.ts";

/** What each unit did in some cycles: undefined where it was busy, else what it waited for. */
export type UnitWaits = Record<TimedUnit, CycleCause | undefined>;

/** Where the cycles went: of each unit, and of the machine, whose cause is that of Q·K, its narrowest place. */
export class Ledger {
  cycles = 0;
  readonly #causeCycles = zeros();
  readonly #busyCycles = Object.fromEntries(timedUnits.map((unit) => [unit, 0])) as Record<TimedUnit, number>;
  readonly #stallCycles = Object.fromEntries(timedUnits.map((unit) => [unit, zeros()])) as Record<
    TimedUnit,
    Record<CycleCause, number>
  >;

  /** Waits of the cycles that are not booked yet: most cycles are like the one before. */
  readonly #lastWaits = {} as UnitWaits;
  readonly #observer: RunObserver | undefined;
  readonly #startCycle: number;
  #bookedCycles = 0;
  #lastCause: CycleCause = "fill";
  #unbookedCycles = 0;

  constructor(startCycle = 0, observer?: RunObserver) {
    this.#startCycle = startCycle;
    this.#observer = observer;
  }

  spend(cycles: number, waits: UnitWaits, cause: CycleCause): void {
    this.cycles += cycles;
    const last = this.#lastWaits;
    if (
      cause !== this.#lastCause ||
      waits.qkvFetcher !== last.qkvFetcher ||
      waits.queryKeyProduct !== last.queryKeyProduct ||
      waits.softmax !== last.softmax ||
      waits.topK !== last.topK ||
      waits.probabilityValueProduct !== last.probabilityValueProduct
    ) {
      this.#book();
      this.#lastCause = cause;
      Object.assign(last, waits);
    }
    this.#unbookedCycles += cycles;
  }

  #book(): void {
    const cycles = this.#unbookedCycles;
    if (cycles === 0) return;
    this.#unbookedCycles = 0;
    if (this.#observer !== undefined) this.#tell(this.#observer, cycles);
    this.#bookedCycles += cycles;
    this.#causeCycles[this.#lastCause] += cycles;
    for (const unit of timedUnits) {
      const wait = this.#lastWaits[unit];
      if (wait === undefined) this.#busyCycles[unit] += cycles;
      else this.#stallCycles[unit][wait] += cycles;
    }
  }

  #tell(observer: RunObserver, cycles: number): void {
    const startCycle = this.#startCycle + this.#bookedCycles;
    const endCycle = startCycle + cycles;
    observer.pace?.(startCycle, endCycle, this.#lastCause);
    for (const unit of timedUnits) {
      const cause = this.#lastWaits[unit];
      observer.unit?.({ unit, startCycle, endCycle, ...(cause === undefined ? {} : { cause }) });
    }
  }

  /** Books what is left: the run is over. */
  close(): void {
    this.#book();
  }

  add(other: Ledger): void {
    other.#book();
    this.cycles += other.cycles;
    for (const cause of cycleCauses) this.#causeCycles[cause] += other.#causeCycles[cause];
    for (const unit of timedUnits) {
      this.#busyCycles[unit] += other.#busyCycles[unit];
      for (const cause of cycleCauses) this.#stallCycles[unit][cause] += other.#stallCycles[unit][cause];
    }
  }

  /** The cause of most cycles; the first named among equals. */
  bound(): CycleCause {
    this.#book();
    return cycleCauses.reduce((best, cause) =>
      this.#causeCycles[cause] > this.#causeCycles[best] ? cause : best,
    );
  }

  units(): Record<TimedUnit, UnitTime> {
    this.#book();
    const rows = timedUnits.map((unit) => {
      const stalls = Object.entries(this.#stallCycles[unit]).filter(([, cycles]) => cycles > 0);
      return [unit, { busyCycles: this.#busyCycles[unit], stallCycles: Object.fromEntries(stalls) }] as const;
    });
    return Object.fromEntries(rows) as Record<TimedUnit, UnitTime>;
  }
}

function zeros(): Record<CycleCause, number> {
  return Object.fromEntries(cycleCauses.map((cause) => [cause, 0])) as Record<CycleCause, number>;
}
