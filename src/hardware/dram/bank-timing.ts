import { ACTIVATE, COMMAND_COUNT, PRECHARGE, PRECHARGE_ALL, READ, WRITE } from "./commands.ts";
import {
  BANK_GROUP_LEVEL,
  CHANNEL_LEVEL,
  type CompiledDevice,
  PSEUDO_CHANNEL_LEVEL,
} from "./compile-device.ts";
import {
  BANK_ACT_PRE,
  BANK_ACT_RD,
  BANK_ACT_WR,
  BANK_PRE_ACT,
  BANK_RD_PRE,
  CHANNEL_ACT_ACT,
  CHANNEL_ACT_PRE,
  delaysOf,
  flatten,
  GROUP_ACT_ACT,
  GROUP_RD_RD,
  LANE_ACT_ACT,
  LANE_RD_RD,
  LANE_RD_WR,
  type OtherEffects,
  othersOf,
  placeOf,
} from "./delay-table.ts";
import { effectiveConstraints, RING_TICKS } from "./effective-constraints.ts";
import { FAR_PAST, shift } from "./tick-times.ts";

/** Room for 32 banks, or groups of one bank, for each command. */
export const BANK_WORDS_SHIFT = 5;
/** ACT, PRE, RD and WR go to one bank; each has a word for banks and one for groups. */
export const GROUP_WORD = 4;
export const RING_WORD_SHIFT = 3;
/** A channel has at most two pseudo channels or ranks. */
const LANES = 2;
const WORDS = 1 << RING_WORD_SHIFT;
/** `RING_TICKS` - 1. */
export const RING_MASK = 127;

/**
 * Which banks may take which command, as bits of a word. Bank and group constraints wait in a ring of ticks: each slot
 * holds the banks whose wait is over then, so that a tick is a few ORs without a branch to mispredict. Constraints of
 * the pseudo channel and the channel are one earliest tick for all banks of a lane. `read-loop.ts` works on the same
 * arrays with its own copies of the words.
 */
export class BankTiming {
  /** Words by command, for banks and then for groups: who need not wait. */
  readonly ok = new Int32Array(WORDS).fill(-1);
  /** The same words for each slot. */
  readonly ring = new Int32Array(RING_TICKS * WORDS);
  /** The ring is empty up to this tick. */
  drainedTick = 0;
  /** By command: from which tick each bank, and each group, need not wait. */
  readonly bankReady = new Int32Array(GROUP_WORD << BANK_WORDS_SHIFT).fill(FAR_PAST);
  readonly groupReady = new Int32Array(GROUP_WORD << BANK_WORDS_SHIFT).fill(FAR_PAST);
  /** By command, two lanes each. */
  readonly laneReady = new Int32Array(COMMAND_COUNT * LANES).fill(FAR_PAST);
  readonly laneMask: Int32Array;
  /** The same for the read loop, which has no loop over lanes. */
  readonly lane0: number;
  readonly lane1: number;
  readonly groupMask: Int32Array;
  readonly groupShift: number;
  readonly delay: Int32Array;
  /** True while the read loop has issued commands whose effects on writes and refreshes are not worked out. */
  isBehind = false;
  readonly lastActivate = new Int32Array(1 << BANK_WORDS_SHIFT).fill(FAR_PAST);
  /** By command, two lanes each. */
  readonly lastTick = new Int32Array(COMMAND_COUNT * LANES).fill(FAR_PAST);
  /** True where the read loop knows every effect that activates, precharges and reads have on each other. */
  readonly suitsReadLoop: boolean;
  private readonly laneShift: number;
  private readonly others: OtherEffects;
  private readonly hasOther: Uint8Array;
  private readonly windowCount: number;
  private readonly windowCycles: number;
  private readonly windowRing: Int32Array;
  private readonly windowNext = new Int32Array(LANES);

  constructor(compiled: CompiledDevice) {
    const constraints = effectiveConstraints(compiled);
    this.laneShift = Math.log2(compiled.banksPerPseudoChannel);
    this.groupShift = Math.log2(compiled.banksPerGroup);
    this.laneMask = masks(LANES, compiled.banksPerPseudoChannel, compiled.bankCount);
    this.lane0 = this.laneMask[0]!;
    this.lane1 = this.laneMask[1]!;
    this.groupMask = masks(compiled.groupCount, compiled.banksPerGroup, compiled.bankCount);
    const rows = flatten(constraints);
    this.delay = delaysOf(rows);
    this.others = othersOf(rows);
    this.hasOther = Uint8Array.from({ length: COMMAND_COUNT }, (_, command) =>
      this.others.start[command + 1]! > this.others.start[command]! ? 1 : 0,
    );
    this.windowCount = constraints.windowCount;
    this.windowCycles = constraints.windowCycles;
    this.windowRing = new Int32Array(LANES * this.windowCount).fill(FAR_PAST);
    this.suitsReadLoop = rows.every(
      (row) => row.preceding > READ || placeOf(row) >= 0 || row.following >= PRECHARGE_ALL,
    );
  }

  /** Ends every wait that is over at `tick`. Call before `ready`. */
  advance(tick: number): void {
    const { ok, ring } = this;
    for (let present = Math.max(this.drainedTick + 1, tick - RING_MASK); present <= tick; present++) {
      const slot = (present & RING_MASK) << RING_WORD_SHIFT;
      for (let word = 0; word < WORDS; word++) {
        ok[word]! |= ring[slot + word]!;
        // What stays behind would be set once more when the ring comes round.
        ring[slot + word] = 0;
      }
    }
    this.drainedTick = tick;
  }

  /** Of the banks in `wanted`, those to which `command` may go at `tick`. */
  ready(command: number, wanted: number, tick: number): number {
    const { laneReady, laneMask, ok } = this;
    const first = command * LANES;
    // All ones where the lane is ready: no branch to mispredict.
    const open =
      (((laneReady[first]! - tick - 1) >> 31) & laneMask[0]!) |
      (((laneReady[first + 1]! - tick - 1) >> 31) & laneMask[1]!);
    return wanted & open & ok[command]! & ok[GROUP_WORD + command]!;
  }

  /** The earliest tick after `tick`, and at most `limit`, at which something in `wanted` may be ready; never late. */
  nextTick(command: number, wanted: number, tick: number, limit: number): number {
    const { laneReady, laneMask, ok, ring } = this;
    let next = limit;
    for (let lane = 0; lane < LANES; lane++) {
      const banks = wanted & laneMask[lane]!;
      if (banks === 0) continue;
      let ready = laneReady[command * LANES + lane]!;
      if (ready >= next) continue;
      if ((banks & ok[command]! & ok[GROUP_WORD + command]!) === 0) {
        // One of the two words must change first.
        let present = tick + 1;
        for (; present < next; present++) {
          const slot = ((present & RING_MASK) << RING_WORD_SHIFT) + command;
          if (((ring[slot]! | ring[slot + GROUP_WORD]!) & banks) !== 0) break;
        }
        ready = Math.max(ready, present);
      }
      next = Math.min(next, ready);
    }
    return next > tick ? next : tick + 1;
  }

  /** The earliest tick for a command to a whole pseudo channel. */
  laneReadyTick(command: number, lane: number): number {
    return this.laneReady[command * LANES + lane]!;
  }

  issueActivate(bank: number, tick: number): void {
    const { delay } = this;
    if (delay[BANK_ACT_RD] !== 0) this.delayBank(READ, bank, tick + delay[BANK_ACT_RD]!);
    if (delay[BANK_ACT_WR] !== 0) this.delayBank(WRITE, bank, tick + delay[BANK_ACT_WR]!);
    if (delay[BANK_ACT_PRE] !== 0) this.delayBank(PRECHARGE, bank, tick + delay[BANK_ACT_PRE]!);
    if (delay[GROUP_ACT_ACT] !== 0)
      this.delayGroup(ACTIVATE, bank >> this.groupShift, tick + delay[GROUP_ACT_ACT]!);
    if (delay[CHANNEL_ACT_ACT] !== 0) this.delayChannel(ACTIVATE, tick + delay[CHANNEL_ACT_ACT]!);
    if (delay[CHANNEL_ACT_PRE] !== 0) this.delayChannel(PRECHARGE, tick + delay[CHANNEL_ACT_PRE]!);
    const lane = bank >> this.laneShift;
    if (delay[LANE_ACT_ACT] !== 0) this.delayLane(ACTIVATE, lane, tick + delay[LANE_ACT_ACT]!);
    this.delayLane(ACTIVATE, lane, this.enterWindow(lane, tick));
    if (this.hasOther[ACTIVATE] !== 0) this.issueOther(ACTIVATE, bank, tick);
  }

  issuePrecharge(bank: number, tick: number): void {
    const cycles = this.delay[BANK_PRE_ACT]!;
    if (cycles !== 0) this.delayBank(ACTIVATE, bank, tick + cycles);
    if (this.hasOther[PRECHARGE] !== 0) this.issueOther(PRECHARGE, bank, tick);
  }

  issueRead(bank: number, tick: number): void {
    const { delay } = this;
    const lane = bank >> this.laneShift;
    this.delayLane(READ, lane, tick + delay[LANE_RD_RD]!);
    this.delayLane(WRITE, lane, tick + delay[LANE_RD_WR]!);
    if (delay[BANK_RD_PRE] !== 0) this.delayBank(PRECHARGE, bank, tick + delay[BANK_RD_PRE]!);
    if (delay[GROUP_RD_RD] !== 0) this.delayGroup(READ, bank >> this.groupShift, tick + delay[GROUP_RD_RD]!);
    if (this.hasOther[READ] !== 0) this.issueOther(READ, bank, tick);
  }

  /** Every effect that has no line of its own above; all of a write, a precharge of all banks and a refresh. */
  issueOther(command: number, bank: number, tick: number): void {
    const { start, level, following, cycles } = this.others;
    const lane = bank >> this.laneShift;
    for (let index = start[command]!; index < start[command + 1]!; index++) {
      const until = tick + cycles[index]!;
      const next = following[index]!;
      if (level[index] === CHANNEL_LEVEL) this.delayChannel(next, until);
      else if (level[index] === PSEUDO_CHANNEL_LEVEL) this.delayLane(next, lane, until);
      else if (level[index] === BANK_GROUP_LEVEL) this.delayGroup(next, bank >> this.groupShift, until);
      else this.delayBank(next, bank, until);
    }
  }

  /** Works out what the read loop has left out: the waits of writes, and of refreshes. */
  catchUp(): void {
    if (!this.isBehind) return;
    this.isBehind = false;
    const { ring, ok, delay, lastActivate, lastTick } = this;
    for (const word of [WRITE, GROUP_WORD + WRITE]) {
      for (let at = word; at < ring.length; at += WORDS) ring[at] = 0;
      ok[word] = -1;
    }
    for (let index = 0; index < lastActivate.length; index++) {
      const until = lastActivate[index]! + delay[BANK_ACT_WR]!;
      const at = (WRITE << BANK_WORDS_SHIFT) + index;
      this.waitAgain(this.bankReady, at, WRITE, 1 << index, until);
      const mask = this.groupMask[index] ?? 0;
      this.waitAgain(this.groupReady, at, GROUP_WORD + WRITE, mask, FAR_PAST);
    }
    for (let lane = 0; lane < LANES; lane++) {
      this.delayLane(WRITE, lane, lastTick[READ * LANES + lane]! + delay[LANE_RD_WR]!);
      for (const command of [ACTIVATE, PRECHARGE, READ]) {
        const tick = lastTick[command * LANES + lane]!;
        if (tick > FAR_PAST) this.issueOther(command, lane << this.laneShift, tick);
      }
    }
  }

  /** Shifts the origin of time by a multiple of `RING_TICKS`, so that ticks stay small integers. */
  rebase(shiftTicks: number): void {
    this.drainedTick -= shiftTicks;
    for (const times of [
      this.bankReady,
      this.groupReady,
      this.laneReady,
      this.windowRing,
      this.lastActivate,
      this.lastTick,
    ])
      shift(times, shiftTicks);
  }

  private delayChannel(command: number, until: number): void {
    for (let lane = 0; lane < LANES; lane++) this.delayLane(command, lane, until);
  }

  private delayLane(command: number, lane: number, until: number): void {
    const at = command * LANES + lane;
    if (this.laneReady[at]! < until) this.laneReady[at] = until;
  }

  private delayBank(command: number, bank: number, until: number): void {
    this.wait(this.bankReady, (command << BANK_WORDS_SHIFT) + bank, command, 1 << bank, until);
  }

  private delayGroup(command: number, group: number, until: number): void {
    const at = (command << BANK_WORDS_SHIFT) + group;
    this.wait(this.groupReady, at, GROUP_WORD + command, this.groupMask[group]!, until);
  }

  /** Puts a wait back into an empty ring, if it is not over. */
  private waitAgain(times: Int32Array, at: number, word: number, mask: number, until: number): void {
    const later = Math.max(times[at]!, until);
    times[at] = later;
    if (later <= this.drainedTick) return;
    this.ring[((later & RING_MASK) << RING_WORD_SHIFT) + word]! |= mask;
    this.ok[word]! &= ~mask;
  }

  /** Moves the banks of a mask to the slot of `until`, or leaves them where they wait for longer. */
  private wait(times: Int32Array, at: number, word: number, mask: number, until: number): void {
    const { ring } = this;
    const earlier = times[at]!;
    const excess = earlier - until;
    const later = until + (excess & ~(excess >> 31));
    ring[((earlier & RING_MASK) << RING_WORD_SHIFT) + word]! &= ~mask;
    ring[((later & RING_MASK) << RING_WORD_SHIFT) + word]! |= mask;
    times[at] = later;
    this.ok[word]! &= ~mask;
  }

  /** The last activates of each lane, oldest first. */
  windowTicks(): number[] {
    const { windowRing, windowNext, windowCount } = this;
    return Array.from({ length: LANES * windowCount }, (_, index) => {
      const lane = Math.floor(index / windowCount);
      return windowRing[lane * windowCount + ((windowNext[lane]! + (index % windowCount)) % windowCount)]!;
    });
  }

  /** The oldest of the last `windowCount` activates decides when the next one may go. */
  enterWindow(lane: number, tick: number): number {
    if (this.windowCycles === 0) return tick;
    const { windowRing, windowNext, windowCount } = this;
    const first = lane * windowCount;
    const slot = windowNext[lane]!;
    windowRing[first + slot] = tick;
    const oldest = slot + 1 === windowCount ? 0 : slot + 1;
    windowNext[lane] = oldest;
    return windowRing[first + oldest]! + this.windowCycles;
  }
}

/** `count` words, each with the next `width` bits, up to bit `end`. */
function masks(count: number, width: number, end: number): Int32Array {
  const ones = width === 32 ? -1 : (1 << width) - 1;
  return Int32Array.from({ length: count }, (_, index) =>
    index * width < end ? ones << (index * width) : 0,
  );
}
