import type { RunObserver } from "../../run-observer.ts";
import type { RivalTimeline } from "../timeline.ts";

/** Joins neighbouring cycles that are alike, and tells timeline and observer of them. */
export class Stretches {
  readonly #timeline: RivalTimeline;
  readonly #units: readonly string[];
  readonly #observer: RunObserver | undefined;
  #startCycle: number;
  #cycles = 0;
  #cause = "";
  #busy: readonly boolean[] = [];

  constructor(
    timeline: RivalTimeline,
    units: readonly string[],
    startCycle: number,
    observer: RunObserver | undefined,
  ) {
    this.#timeline = timeline;
    this.#units = units;
    this.#startCycle = startCycle;
    this.#observer = observer;
  }

  /** `busy` unit by unit. */
  extend(cycles: number, cause: string, busy: readonly boolean[]): void {
    const isSame = cause === this.#cause && busy.every((isBusy, place) => isBusy === this.#busy[place]);
    if (!isSame) {
      this.close();
      this.#cause = cause;
      this.#busy = busy;
    }
    this.#cycles += cycles;
  }

  /** Books what is left. */
  close(): void {
    const cycles = this.#cycles;
    if (cycles === 0) return;
    this.#cycles = 0;
    const startCycle = this.#startCycle;
    const endCycle = startCycle + cycles;
    this.#startCycle = endCycle;
    const cause = this.#cause;
    const work = this.#units.map((unit, place) => [unit, this.#busy[place] === true ? cycles : 0] as const);
    this.#timeline.spend({ cycles, cause, work: Object.fromEntries(work) });
    this.#observer?.pace?.(startCycle, endCycle, cause);
    for (const [unit, busyCycles] of work) {
      this.#observer?.unit?.({ unit, startCycle, endCycle, ...(busyCycles > 0 ? {} : { cause }) });
    }
  }
}
