import { ACTIVATE, COMMAND_COUNT, PRECHARGE, READ, WRITE } from "./commands.ts";
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
} from "./delay-table.ts";
import { effectiveConstraints, RING_TICKS } from "./effective-constraints.ts";
import { FAR_PAST, shift } from "./tick-times.ts";

const BANK_SHIFT = 5;
/** ACT, PRE, RD and WR go to one bank; each has a word for banks and one for groups. */
const GROUP_WORD = 4;
const WORD_SHIFT = 3;
const WORDS = 1 << WORD_SHIFT;
const RING_MASK = RING_TICKS - 1;

/**
 * Which banks may take which command, as bits of a word. Bank and group constraints wait in a ring of ticks: each slot
 * holds the banks whose wait is over then, so that a tick is a few ORs without a branch to mispredict. Constraints of
 * the pseudo channel and the channel are one earliest tick for all banks of a lane.
 */
export class BankTiming {
  private readonly ok = new Int32Array(WORDS).fill(-1);
  private readonly ring = new Int32Array(RING_TICKS * WORDS);
  /** The ring is empty up to this tick. */
  private drainedTick = 0;
  private readonly bankReady = new Int32Array(GROUP_WORD << BANK_SHIFT).fill(FAR_PAST);
  private readonly groupReady = new Int32Array(GROUP_WORD << BANK_SHIFT).fill(FAR_PAST);
  private readonly laneReady: Int32Array;
  private readonly laneMask: Int32Array;
  private readonly groupMask: Int32Array;
  private readonly laneCount: number;
  private readonly laneShift: number;
  private readonly groupShift: number;
  private readonly delay: Int32Array;
  private readonly others: OtherEffects;
  private readonly hasOther: Uint8Array;
  private readonly windowCount: number;
  private readonly windowCycles: number;
  private readonly windowRing: Int32Array;
  private readonly windowNext: Int32Array;

  constructor(compiled: CompiledDevice) {
    const constraints = effectiveConstraints(compiled);
    this.laneCount = compiled.pseudoChannelCount;
    this.laneShift = Math.log2(compiled.banksPerPseudoChannel);
    this.groupShift = Math.log2(compiled.banksPerGroup);
    this.laneReady = new Int32Array(COMMAND_COUNT * this.laneCount).fill(FAR_PAST);
    this.laneMask = masks(this.laneCount, compiled.banksPerPseudoChannel);
    this.groupMask = masks(compiled.groupCount, compiled.banksPerGroup);
    const rows = flatten(constraints);
    this.delay = delaysOf(rows);
    this.others = othersOf(rows);
    this.hasOther = Uint8Array.from({ length: COMMAND_COUNT }, (_, command) =>
      this.others.start[command + 1]! > this.others.start[command]! ? 1 : 0,
    );
    this.windowCount = constraints.windowCount;
    this.windowCycles = constraints.windowCycles;
    this.windowRing = new Int32Array(this.laneCount * this.windowCount).fill(FAR_PAST);
    this.windowNext = new Int32Array(this.laneCount);
  }

  /** Ends every wait that is over at `tick`. Call before `ready`. */
  advance(tick: number): void {
    const { ok, ring } = this;
    let from = this.drainedTick + 1;
    if (tick - from >= RING_TICKS) from = tick - RING_TICKS + 1;
    for (let present = from; present <= tick; present++) {
      const slot = (present & RING_MASK) << WORD_SHIFT;
      ok[0]! |= ring[slot]!;
      ok[1]! |= ring[slot + 1]!;
      ok[2]! |= ring[slot + 2]!;
      ok[3]! |= ring[slot + 3]!;
      ok[4]! |= ring[slot + 4]!;
      ok[5]! |= ring[slot + 5]!;
      ok[6]! |= ring[slot + 6]!;
      ok[7]! |= ring[slot + 7]!;
      // What stays behind is set once more when the ring comes round, unless it is cleared.
      ring[slot] = 0;
      ring[slot + 1] = 0;
      ring[slot + 2] = 0;
      ring[slot + 3] = 0;
      ring[slot + 4] = 0;
      ring[slot + 5] = 0;
      ring[slot + 6] = 0;
      ring[slot + 7] = 0;
    }
    this.drainedTick = tick;
  }

  /** Of the banks in `wanted`, those to which `command` may go at `tick`. */
  ready(command: number, wanted: number, tick: number): number {
    const { laneCount, laneReady, laneMask, ok } = this;
    const first = command * laneCount;
    let open = 0;
    // All ones where the lane is ready.
    for (let lane = 0; lane < laneCount; lane++) {
      open |= ((laneReady[first + lane]! - tick - 1) >> 31) & laneMask[lane]!;
    }
    return wanted & open & ok[command]! & ok[GROUP_WORD + command]!;
  }

  /** The earliest tick after `tick`, and at most `limit`, at which something in `wanted` may be ready; never late. */
  nextTick(command: number, wanted: number, tick: number, limit: number): number {
    const { laneCount, laneReady, laneMask, ok, ring } = this;
    const first = command * laneCount;
    let next = limit;
    for (let lane = 0; lane < laneCount; lane++) {
      const banks = wanted & laneMask[lane]!;
      if (banks === 0) continue;
      let ready = laneReady[first + lane]!;
      if (ready >= next) continue;
      if ((banks & ok[command]! & ok[GROUP_WORD + command]!) === 0) {
        // One of the two words must change first.
        let present = tick + 1;
        for (; present < next; present++) {
          const slot = ((present & RING_MASK) << WORD_SHIFT) + command;
          if (((ring[slot]! | ring[slot + GROUP_WORD]!) & banks) !== 0) break;
        }
        if (present > ready) ready = present;
      }
      if (ready < next) next = ready;
    }
    return next > tick ? next : tick + 1;
  }

  /** The earliest tick for a command to a whole pseudo channel. */
  laneReadyTick(command: number, lane: number): number {
    return this.laneReady[command * this.laneCount + lane]!;
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
    if (this.windowCycles !== 0) this.enterWindow(lane, tick);
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

  /** Shifts the origin of time by a multiple of `RING_TICKS`, so that ticks stay small integers. */
  rebase(shiftTicks: number): void {
    this.drainedTick -= shiftTicks;
    for (const times of [this.bankReady, this.groupReady, this.laneReady, this.windowRing])
      shift(times, shiftTicks);
  }

  private delayChannel(command: number, until: number): void {
    for (let lane = 0; lane < this.laneCount; lane++) this.delayLane(command, lane, until);
  }

  private delayLane(command: number, lane: number, until: number): void {
    const at = command * this.laneCount + lane;
    if (this.laneReady[at]! < until) this.laneReady[at] = until;
  }

  private delayBank(command: number, bank: number, until: number): void {
    this.wait(this.bankReady, (command << BANK_SHIFT) + bank, command, 1 << bank, until);
  }

  private delayGroup(command: number, group: number, until: number): void {
    const at = (command << BANK_SHIFT) + group;
    this.wait(this.groupReady, at, GROUP_WORD + command, this.groupMask[group]!, until);
  }

  /** Moves the banks of a mask to the slot of `until`, or leaves them where they wait for longer. */
  private wait(times: Int32Array, at: number, word: number, mask: number, until: number): void {
    const { ring } = this;
    const earlier = times[at]!;
    const excess = earlier - until;
    const later = until + (excess & ~(excess >> 31));
    ring[((earlier & RING_MASK) << WORD_SHIFT) + word]! &= ~mask;
    ring[((later & RING_MASK) << WORD_SHIFT) + word]! |= mask;
    times[at] = later;
    this.ok[word]! &= ~mask;
  }

  /** The oldest of the last `windowCount` activates decides about the next one. */
  private enterWindow(lane: number, tick: number): void {
    const { windowRing, windowNext, windowCount, laneReady } = this;
    const first = lane * windowCount;
    const slot = windowNext[lane]!;
    windowRing[first + slot] = tick;
    const oldest = slot + 1 === windowCount ? 0 : slot + 1;
    windowNext[lane] = oldest;
    const until = windowRing[first + oldest]! + this.windowCycles;
    const at = ACTIVATE * this.laneCount + lane;
    if (laneReady[at]! < until) laneReady[at] = until;
  }
}

/** `count` words, each with the next `width` bits. */
function masks(count: number, width: number): Int32Array {
  const ones = width === 32 ? -1 : (1 << width) - 1;
  return Int32Array.from({ length: count }, (_, index) => ones << (index * width));
}
