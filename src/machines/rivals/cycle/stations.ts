import type { RivalPass } from "../design.ts";

/** A query on its way through the modules. */
export interface TravellingPass {
  readonly pass: RivalPass;
  /** To be called when all units have moved in the cycle of its result. */
  readonly finished: () => void;
}

/** What a module holds. */
interface Station {
  travelling: TravellingPass | undefined;
  startCycle: number;
  isHandedOn: boolean;
}

/**
 * Modules in series, one query in each: a module hands its query on when it has worked long enough on it and the next one
 * is free or becomes free in the same cycle, and is free itself when its own time is over. All of it follows from the
 * state at the start of the cycle, so the order of evaluation does not show.
 */
export class Stations {
  readonly #stations: readonly Station[];
  #hands: boolean[] = [];
  #frees: boolean[] = [];
  #entering: TravellingPass | undefined;
  #finished: TravellingPass | undefined;

  constructor(stationCount: number) {
    this.#stations = Array.from({ length: stationCount }, () => ({
      travelling: undefined,
      startCycle: 0,
      isHandedOn: false,
    }));
  }

  /** Whether the first module can take a query in this cycle. */
  canEnter(cycle: number, hasOutputRoom: boolean): boolean {
    return this.#willBeFree(0, cycle, hasOutputRoom);
  }

  /** What moves in this cycle, with a query that enters or none; true where anything does. */
  decide(cycle: number, entering: TravellingPass | undefined, hasOutputRoom: boolean): boolean {
    this.#entering = entering;
    this.#hands = this.#stations.map((_, place) => this.#canHandOn(place, cycle, hasOutputRoom));
    this.#frees = this.#stations.map(
      ({ travelling }, place) => travelling !== undefined && this.#willBeFree(place, cycle, hasOutputRoom),
    );
    return entering !== undefined || this.#hands.includes(true) || this.#frees.includes(true);
  }

  apply(cycle: number): void {
    let arriving = this.#entering;
    for (const [place, station] of this.#stations.entries()) {
      const leaving = this.#hands[place] === true ? station.travelling : undefined;
      if (leaving !== undefined) station.isHandedOn = true;
      if (this.#frees[place] === true) station.travelling = undefined;
      if (arriving !== undefined) {
        station.travelling = arriving;
        station.startCycle = cycle;
        station.isHandedOn = false;
      }
      arriving = leaving;
    }
    this.#finished = arriving;
    this.#entering = undefined;
  }

  /** The query whose result came in the cycle that was applied last. */
  takeFinished(): TravellingPass | undefined {
    const finished = this.#finished;
    this.#finished = undefined;
    return finished;
  }

  /** The first cycle after this one in which time alone lets something move. */
  nextEvent(cycle: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [place, { travelling, startCycle, isHandedOn }] of this.#stations.entries()) {
      if (travelling === undefined) continue;
      const { leadCycles, stationCycles } = travelling.pass;
      const handCycle = startCycle + leadCycles[place]!;
      const endCycle = startCycle + stationCycles[place]!;
      if (!isHandedOn && handCycle > cycle) next = Math.min(next, handCycle);
      if (endCycle > cycle) next = Math.min(next, endCycle);
    }
    return next;
  }

  /** The cycle in which a module's work on its query ends; 0 where it has none. */
  endCycle(place: number): number {
    const { travelling, startCycle } = this.#stations[place]!;
    return travelling === undefined ? 0 : startCycle + travelling.pass.stationCycles[place]!;
  }

  get isEmpty(): boolean {
    return this.#stations.every(({ travelling }) => travelling === undefined);
  }

  #canHandOn(place: number, cycle: number, hasOutputRoom: boolean): boolean {
    const { travelling, startCycle, isHandedOn } = this.#stations[place]!;
    if (travelling === undefined || isHandedOn) return false;
    if (cycle < startCycle + travelling.pass.leadCycles[place]!) return false;
    if (place === this.#stations.length - 1) return hasOutputRoom;
    return this.#willBeFree(place + 1, cycle, hasOutputRoom);
  }

  #willBeFree(place: number, cycle: number, hasOutputRoom: boolean): boolean {
    const { travelling, startCycle, isHandedOn } = this.#stations[place]!;
    if (travelling === undefined) return true;
    if (cycle < startCycle + travelling.pass.stationCycles[place]!) return false;
    return isHandedOn || this.#canHandOn(place, cycle, hasOutputRoom);
  }
}
