import type { UnitTime } from "../machine-report.ts";
import type { RunObserver } from "../run-observer.ts";

/** A stretch of time with one cause for its length, and how long each unit works in it. */
export interface Segment {
  /** Whole cycles. */
  readonly cycles: number;
  readonly cause: string;
  readonly work: Readonly<Record<string, number>>;
}

/** Time spent so far, by cause and by unit. */
export class RivalTimeline {
  cycles = 0;
  readonly #units: readonly string[];
  readonly #causes = new Map<string, number>();
  readonly #busy = new Map<string, number>();
  readonly #stalls = new Map<string, Map<string, number>>();

  readonly #observer: RunObserver | undefined;
  readonly #startCycle: number;

  /** `observer` is told of each segment, counted from `startCycle`. */
  constructor(units: readonly string[], startCycle = 0, observer?: RunObserver) {
    this.#units = units;
    this.#startCycle = startCycle;
    this.#observer = observer;
  }

  /** A unit is busy for its work, rounded up, and waits for the cause in the rest. */
  spend({ cycles, cause, work }: Segment): void {
    if (cycles === 0) return;
    const startCycle = this.#startCycle + this.cycles;
    this.#observer?.pace?.(startCycle, startCycle + cycles, cause);
    this.cycles += cycles;
    add(this.#causes, cause, cycles);
    for (const unit of this.#units) {
      const busy = Math.min(cycles, Math.ceil(work[unit] ?? 0));
      add(this.#busy, unit, busy);
      if (busy < cycles) add(this.#stallsOf(unit), cause, cycles - busy);
    }
  }

  add(other: RivalTimeline): void {
    this.cycles += other.cycles;
    for (const [cause, cycles] of other.#causes) add(this.#causes, cause, cycles);
    for (const [unit, cycles] of other.#busy) add(this.#busy, unit, cycles);
    for (const [unit, stalls] of other.#stalls) {
      for (const [cause, cycles] of stalls) add(this.#stallsOf(unit), cause, cycles);
    }
  }

  /** The cause of most cycles; the first by name among equals. */
  bound(): string {
    const rows = [...this.#causes].sort(([left], [right]) => (left < right ? -1 : 1));
    return rows.reduce((best, row) => (row[1] > best[1] ? row : best), ["fill", 0] as const)[0];
  }

  unitTimes(): Record<string, UnitTime> {
    const rows = this.#units.map((unit) => {
      const stalls = [...this.#stallsOf(unit)].sort(([left], [right]) => (left < right ? -1 : 1));
      return [
        unit,
        { busyCycles: this.#busy.get(unit) ?? 0, stallCycles: Object.fromEntries(stalls) },
      ] as const;
    });
    return Object.fromEntries(rows);
  }

  #stallsOf(unit: string): Map<string, number> {
    const known = this.#stalls.get(unit) ?? new Map<string, number>();
    this.#stalls.set(unit, known);
    return known;
  }
}

function add(map: Map<string, number>, key: string, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}
