/** A window of a run and what set the pace in most of it. */
export interface PaceWindow {
  readonly startCycle: number;
  readonly endCycle: number;
  readonly cause: string;
  /** Part of the window that the cause takes. */
  readonly shareRatio: number;
}

const MOST_WINDOWS = 96;

/**
 * Sums stretches of a run of unknown length into at most 96 windows of equal length, which double as the run grows;
 * neighbours with the same cause are told as one.
 */
export class PaceWindows {
  #windowCycles = 1;
  #endCycle = 0;
  #windows: Map<string, number>[] = [];

  add(startCycle: number, endCycle: number, cause: string): void {
    while (endCycle > MOST_WINDOWS * this.#windowCycles) this.#double();
    for (let cycle = startCycle; cycle < endCycle; ) {
      const place = Math.floor(cycle / this.#windowCycles);
      const end = Math.min(endCycle, (place + 1) * this.#windowCycles);
      const window = this.#at(place);
      window.set(cause, (window.get(cause) ?? 0) + end - cycle);
      cycle = end;
    }
    this.#endCycle = Math.max(this.#endCycle, endCycle);
  }

  windows(): PaceWindow[] {
    const rows: { startCycle: number; endCycle: number; cause: string; cycles: number }[] = [];
    for (const [place, causes] of this.#windows.entries()) {
      const startCycle = place * this.#windowCycles;
      const endCycle = Math.min(this.#endCycle, startCycle + this.#windowCycles);
      const [cause, cycles] = [...causes].reduce((best, row) => (row[1] > best[1] ? row : best), ["none", 0]);
      const last = rows.at(-1);
      if (last?.cause === cause) Object.assign(last, { endCycle, cycles: last.cycles + cycles });
      else rows.push({ startCycle, endCycle, cause, cycles });
    }
    return rows.map(({ cycles, ...row }) => ({
      ...row,
      shareRatio: cycles / (row.endCycle - row.startCycle),
    }));
  }

  #at(place: number): Map<string, number> {
    while (this.#windows.length <= place) this.#windows.push(new Map());
    return this.#windows[place]!;
  }

  #double(): void {
    this.#windowCycles *= 2;
    const halves = this.#windows;
    this.#windows = [];
    for (const [place, causes] of halves.entries()) {
      const window = this.#at(Math.floor(place / 2));
      for (const [cause, cycles] of causes) window.set(cause, (window.get(cause) ?? 0) + cycles);
    }
  }
}
