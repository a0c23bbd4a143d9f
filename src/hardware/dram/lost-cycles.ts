import { ACTIVATE, PRECHARGE, READ, REFRESH_ALL, WRITE } from "./commands.ts";
import { BANK_LEVEL, type CompiledDevice, PSEUDO_CHANNEL_LEVEL } from "./compile-device.ts";

/** Why a data bus carried nothing, in the order in which a gap is divided. */
export const lostCycleCauses = [
  "queueEmpty",
  "refresh",
  "precharge",
  "fourActivates",
  "activate",
  "busTurn",
  "commandBus",
] as const;

export type LostCycleCause = (typeof lostCycleCauses)[number];

/** Bus-cycles without data, by cause. */
export type LostBusCycles = Readonly<Record<LostCycleCause, number>>;

const QUEUE_EMPTY = 0;
const REFRESH = 1;
const PRECHARGING = 2;
const FOUR_ACTIVATES = 3;
const ACTIVATING = 4;
const BUS_TURN = 5;
const COMMAND_BUS = 6;
const FAR_PAST = -(2 ** 30);
const FAR_FUTURE = 2 ** 31 - 1;

/**
 * Divides every gap between two bursts of a data bus along the history of the access that ended it: no request for
 * this bus; refresh; its bank was closed (the wait for that included); the four-activate window; its row was opened;
 * the bus turned; and the rest, in which the command bus, bank group spacing or the order of service kept it waiting.
 * Both controllers tell it the same events, so it is no part of what their comparison proves.
 */
export class LostCycleLedger {
  private readonly burstCycles: number;
  private readonly rowPrechargeCycles: number;
  private readonly rowActivateCycles: readonly number[];
  private readonly turnCycles: readonly number[];
  private readonly refreshCycles: number;
  private readonly fourActivateCycles: number;
  private readonly fourActivateWindow: number;
  /** Per bus: first tick without data, requests in the queues, since when there are any, last access, refresh. */
  private readonly busFree: Int32Array;
  private readonly waiting: Int32Array;
  private readonly waitingSince: Int32Array;
  private readonly lastColumn: Int32Array;
  private readonly refreshedUntil: Int32Array;
  private readonly activateRing: Int32Array;
  private readonly activateRingNext: Int32Array;
  /** Per bank: last precharge, last activate, and from when the window would have let it activate. */
  private readonly precharged: Int32Array;
  private readonly activated: Int32Array;
  private readonly windowOpen: Int32Array;
  private readonly lost = new Float64Array(lostCycleCauses.length);
  private dataCycles = 0;

  constructor(compiled: CompiledDevice) {
    const buses = compiled.pseudoChannelCount;
    const strongest = (level: number, preceding: number, following: number, isWindow = false) =>
      compiled.constraints
        .filter(
          (row) =>
            row.level === level &&
            row.window > 1 === isWindow &&
            row.preceding.includes(preceding) &&
            row.following.includes(following),
        )
        .reduce((best, row) => (row.cycles > best.cycles ? row : best), { cycles: 0, window: 1 });
    this.burstCycles = compiled.burstCycles;
    this.rowPrechargeCycles = strongest(BANK_LEVEL, PRECHARGE, ACTIVATE).cycles;
    this.rowActivateCycles = [READ, WRITE].map((column) => strongest(BANK_LEVEL, ACTIVATE, column).cycles);
    this.turnCycles = [
      strongest(PSEUDO_CHANNEL_LEVEL, WRITE, READ).cycles,
      strongest(PSEUDO_CHANNEL_LEVEL, READ, WRITE).cycles,
    ];
    this.refreshCycles = strongest(PSEUDO_CHANNEL_LEVEL, REFRESH_ALL, ACTIVATE).cycles;
    const four = strongest(PSEUDO_CHANNEL_LEVEL, ACTIVATE, ACTIVATE, true);
    this.fourActivateCycles = four.cycles;
    this.fourActivateWindow = four.window;
    this.busFree = new Int32Array(buses).fill(1);
    this.waiting = new Int32Array(buses);
    this.waitingSince = new Int32Array(buses).fill(FAR_FUTURE);
    this.lastColumn = new Int32Array(buses * 2).fill(FAR_PAST);
    this.refreshedUntil = new Int32Array(buses).fill(FAR_PAST);
    this.activateRing = new Int32Array(buses * four.window).fill(FAR_PAST);
    this.activateRingNext = new Int32Array(buses);
    this.precharged = new Int32Array(compiled.bankCount).fill(FAR_PAST);
    this.activated = new Int32Array(compiled.bankCount).fill(FAR_PAST);
    this.windowOpen = new Int32Array(compiled.bankCount).fill(FAR_PAST);
  }

  /** A request entered its queue and can be served from `tick` on. */
  arrived(bus: number, tick: number): void {
    if (this.waiting[bus]!++ === 0) this.waitingSince[bus] = tick;
  }

  activate(bank: number, bus: number, tick: number): void {
    this.activated[bank] = tick;
    const slot = bus * this.fourActivateWindow + this.activateRingNext[bus]!;
    this.windowOpen[bank] = this.activateRing[slot]! + this.fourActivateCycles;
    this.activateRing[slot] = tick;
    const next = this.activateRingNext[bus]! + 1;
    this.activateRingNext[bus] = next === this.fourActivateWindow ? 0 : next;
  }

  precharge(bank: number, tick: number): void {
    this.precharged[bank] = tick;
  }

  /** A refresh was issued, or, with `bus` of another pseudo channel, stood in the way until now. */
  refresh(bus: number, tick: number): void {
    for (let other = 0; other < this.refreshedUntil.length; other++) {
      const until = other === bus ? tick + this.refreshCycles : tick + 1;
      if (until > this.refreshedUntil[other]!) this.refreshedUntil[other] = until;
    }
  }

  /** A burst begins with the command of this tick; `isWrite` is 0 or 1. */
  column(bank: number, bus: number, tick: number, isWrite: number): void {
    const free = this.busFree[bus]!;
    if (tick > free) this.divide(bank, bus, free, tick, isWrite);
    this.busFree[bus] = Math.max(tick, free) + this.burstCycles;
    this.dataCycles += this.burstCycles;
    this.lastColumn[bus * 2 + isWrite] = tick;
    if (--this.waiting[bus]! === 0) this.waitingSince[bus] = FAR_FUTURE;
  }

  private divide(bank: number, bus: number, from: number, to: number, isWrite: number): void {
    const activated = this.activated[bank]!;
    let cursor = this.lose(QUEUE_EMPTY, from, this.waitingSince[bus]!, to);
    cursor = this.lose(REFRESH, cursor, this.refreshedUntil[bus]!, to);
    if (activated >= cursor) {
      cursor = this.lose(PRECHARGING, cursor, this.precharged[bank]! + this.rowPrechargeCycles, activated);
      cursor = this.lose(FOUR_ACTIVATES, cursor, this.windowOpen[bank]!, activated);
      cursor = this.lose(COMMAND_BUS, cursor, activated, to);
    }
    cursor = this.lose(ACTIVATING, cursor, activated + this.rowActivateCycles[isWrite]!, to);
    cursor = this.lose(
      BUS_TURN,
      cursor,
      this.lastColumn[bus * 2 + 1 - isWrite]! + this.turnCycles[isWrite]!,
      to,
    );
    this.lose(COMMAND_BUS, cursor, to, to);
  }

  /** From `from` to the earlier of two ends, if that is later: lost by this cause. */
  private lose(cause: number, from: number, until: number, to: number): number {
    const end = Math.min(until, to);
    if (end <= from) return from;
    this.lost[cause]! += end - from;
    return end;
  }

  /** Bus-cycles with data and without, of the first `cycles` ticks; together `buses * cycles`. */
  total(cycles: number): { readonly dataBusCycles: number; readonly lostBusCycles: LostBusCycles } {
    const lost = Float64Array.from(this.lost);
    let dataBusCycles = this.dataCycles;
    for (let bus = 0; bus < this.busFree.length; bus++) {
      const free = this.busFree[bus]!;
      const end = cycles + 1;
      if (free > end) dataBusCycles -= free - end;
      else {
        const empty = Math.min(end, Math.max(free, this.waitingSince[bus]!));
        lost[QUEUE_EMPTY]! += empty - free;
        lost[COMMAND_BUS]! += end - empty;
      }
    }
    return {
      dataBusCycles,
      lostBusCycles: Object.fromEntries(
        lostCycleCauses.map((cause, index) => [cause, lost[index]!]),
      ) as unknown as LostBusCycles,
    };
  }

  /** Shifts the origin of time, so that ticks stay small integers. */
  rebase(shiftTicks: number): void {
    for (const times of [
      this.busFree,
      this.waitingSince,
      this.lastColumn,
      this.refreshedUntil,
      this.activateRing,
      this.precharged,
      this.activated,
      this.windowOpen,
    ]) {
      for (let index = 0; index < times.length; index++) {
        if (times[index] !== FAR_FUTURE) times[index] = Math.max(FAR_PAST, times[index]! - shiftTicks);
      }
    }
  }
}
