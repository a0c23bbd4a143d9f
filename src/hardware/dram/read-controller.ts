import { AddressDecoder } from "./address-decoder.ts";
import { BankTiming, type RING_MASK } from "./bank-timing.ts";
import type { CompiledDevice } from "./compile-device.ts";
import {
  BANK_ACT_PRE,
  BANK_ACT_RD,
  BANK_PRE_ACT,
  BANK_RD_PRE,
  CHANNEL_ACT_ACT,
  CHANNEL_ACT_PRE,
  GROUP_ACT_ACT,
  GROUP_RD_RD,
  LANE_ACT_ACT,
  LANE_RD_RD,
} from "./delay-table.ts";
import { RING_TICKS } from "./effective-constraints.ts";
import { LostCycleLedger } from "./lost-cycles.ts";
import type * as records from "./read-records.ts";
import { FAR_PAST, NEVER, shifted } from "./tick-times.ts";

// Literals; see `read-records.ts`.
const BANK_SHIFT: typeof records.BANK_SHIFT = 4;
const HEAD: typeof records.HEAD = 0;
const TAIL: typeof records.TAIL = 1;
const HIT: typeof records.HIT = 2;
const MISS: typeof records.MISS = 3;
const HEAD_AGE: typeof records.HEAD_AGE = 4;
const HIT_AGE: typeof records.HIT_AGE = 5;
const MISS_AGE: typeof records.MISS_AGE = 6;
const OPEN_ROW: typeof records.OPEN_ROW = 7;
const ACTIVE_AGE: typeof records.ACTIVE_AGE = 9;
const READABLE: typeof records.READABLE = 10;
const CLOSABLE: typeof records.CLOSABLE = 11;
const READ_SHIFT: typeof records.READ_SHIFT = 3;
const ROW: typeof records.ROW = 0;
const TAG: typeof records.TAG = 1;
const ACCEPTED: typeof records.ACCEPTED = 2;
const NEXT: typeof records.NEXT = 3;
const PREVIOUS: typeof records.PREVIOUS = 4;
const TICK_SHIFT: typeof records.TICK_SHIFT = 2;
const FOR_ACTIVATE: typeof records.FOR_ACTIVATE = 0;
const FOR_PRECHARGE: typeof records.FOR_PRECHARGE = 1;
const FOR_GROUP: typeof records.FOR_GROUP = 2;
const MASK: typeof RING_MASK = 127;
const BANKS = 32;
/** No wait is longer, so what is longer past plays no part. */
const PAST_TICKS = 128;
/** No place, and no open row. */
const NOBODY = -1;

/** True where `ReadController` has every rule: one command a tick, no refresh, and no waits but the ordinary of reads. */
export function suitsReadController(compiled: CompiledDevice): boolean {
  const { commandBus, heldPrecharge } = compiled.device.controller;
  if (commandBus !== "shared" || heldPrecharge !== "loses-the-tick" || compiled.refreshIntervalCycles > 0)
    return false;
  const { suitsReadLoop, delay } = new BankTiming(compiled);
  return suitsReadLoop && delay[GROUP_RD_RD] === 0;
}

/**
 * `EventController` for reads alone, where `suitsReadController`: hardware.md 5.1 with fewer words to keep, two to three
 * times as fast. `read-choice.ts` chooses on this state, `read-commands.ts` issues. Ticks count from an origin.
 */
export class ReadController {
  /** At no earlier tick anything happens, unless a read comes in. */
  nextTick = NEVER;
  /** Reads that wait, activated ones not counted. */
  queuedCount = 0;
  /** Of the read that was issued last: when it was accepted. */
  issuedAcceptedCycle = 0;
  issuedReads = 0;
  activates = 0;
  precharges = 0;
  deadTicks = 0;
  /** Why the data buses lost cycles, where somebody asks. */
  readonly ledger: LostCycleLedger | undefined;
  readonly readQueueEntries: number;
  readonly readLatencyCycles: number;
  /** Of a bank's number, the lane: its pseudo channel or rank. */
  readonly laneShift: number;
  readonly busCount: number;
  /** Records of reads, and the first that is free; a read is named by the index of its record. */
  readonly reads: Int32Array;
  freeRead = 0;
  /** Records of banks, and of ticks to come. */
  readonly banks = new Int32Array(BANKS << BANK_SHIFT).fill(NOBODY);
  readonly ring = new Int32Array(RING_TICKS << TICK_SHIFT);
  /** Banks as bits: closed and wanted, open with a hit, open with a miss, activated for a read that waits. */
  closed = 0;
  hit = 0;
  miss = 0;
  active = 0;
  /** Banks that wait for none of the three. */
  okActivate = -1;
  okPrecharge = -1;
  okGroup = -1;
  drainedTick = 0;
  /** So many ticks later the ring still has room for the wait that a read begins. */
  readonly patienceTicks: number;
  /** From when each lane can take an activate, and a read; and from when a precharge may go anywhere. */
  activateTick0 = 0;
  activateTick1 = 0;
  readTick0 = 0;
  readTick1 = 0;
  prechargeTick = 0;
  readonly lane0: number;
  readonly lane1: number;
  readonly groupShift: number;
  readonly groupMask: Int32Array;
  readonly activateToReadCycles: number;
  readonly activateToPrechargeCycles: number;
  readonly prechargeToActivateCycles: number;
  readonly readToPrechargeCycles: number;
  readonly groupActivateCycles: number;
  readonly laneActivateCycles: number;
  readonly laneReadCycles: number;
  readonly busActivateCycles: number;
  readonly busPrechargeCycles: number;
  /** For the four-activate window, and the device's figures. */
  readonly timing: BankTiming;
  private readonly decoder: AddressDecoder;

  constructor(compiled: CompiledDevice, countsLostCycles = false) {
    const timing = new BankTiming(compiled);
    const { delay, lane0, lane1 } = timing;
    this.timing = timing;
    this.decoder = new AddressDecoder(compiled);
    this.ledger = countsLostCycles ? new LostCycleLedger(compiled) : undefined;
    this.readQueueEntries = compiled.device.controller.readQueueEntries;
    this.readLatencyCycles = compiled.readLatencyCycles;
    this.laneShift = Math.log2(compiled.banksPerPseudoChannel);
    this.busCount = compiled.pseudoChannelCount;
    // Each bank has at most one activated read beside the queue.
    const readCount = this.readQueueEntries + BANKS;
    this.reads = new Int32Array(readCount << READ_SHIFT);
    for (let read = 0; read < readCount; read++)
      this.reads[(read << READ_SHIFT) + NEXT] = (read + 1) << READ_SHIFT;
    for (let bank = 0; bank < BANKS; bank++) {
      this.banks[(bank << BANK_SHIFT) + READABLE] = FAR_PAST;
      this.banks[(bank << BANK_SHIFT) + CLOSABLE] = FAR_PAST;
    }
    this.lane0 = lane0;
    this.lane1 = lane1;
    this.groupShift = timing.groupShift;
    this.groupMask = timing.groupMask;
    this.activateToReadCycles = delay[BANK_ACT_RD]!;
    this.activateToPrechargeCycles = delay[BANK_ACT_PRE]!;
    this.prechargeToActivateCycles = delay[BANK_PRE_ACT]!;
    this.readToPrechargeCycles = delay[BANK_RD_PRE]!;
    this.patienceTicks = RING_TICKS - 1 - this.readToPrechargeCycles;
    this.groupActivateCycles = delay[GROUP_ACT_ACT]!;
    this.laneActivateCycles = delay[LANE_ACT_ACT]!;
    this.laneReadCycles = delay[LANE_RD_RD]!;
    this.busActivateCycles = delay[CHANNEL_ACT_ACT]!;
    this.busPrechargeCycles = delay[CHANNEL_ACT_PRE]!;
  }

  /** A read enters the queue, which has room, and can be served from the tick after `cycle` on. */
  accept(localAddress: number, tag: number, cycle: number): void {
    const { reads, banks, decoder } = this;
    const bank = decoder.bank(localAddress);
    const row = decoder.row(localAddress);
    const record = bank << BANK_SHIFT;
    const read = this.freeRead;
    const newest = banks[record + TAIL]!;
    this.freeRead = reads[read + NEXT]!;
    reads[read + ROW] = row;
    reads[read + TAG] = tag;
    reads[read + ACCEPTED] = cycle;
    reads[read + NEXT] = NOBODY;
    reads[read + PREVIOUS] = newest;
    banks[record + TAIL] = read;
    if (newest < 0) {
      banks[record + HEAD] = read;
      banks[record + HEAD_AGE] = cycle;
    } else reads[newest + NEXT] = read;
    this.queuedCount++;
    if (this.ledger !== undefined) this.ledger.arrived(bank >> this.laneShift, cycle + 1);
    if (this.isCandidate(bank, row, read, cycle) && cycle + 1 < this.nextTick) this.nextTick = cycle + 1;
  }

  /** Notes the newest read of a bank; true when it gives the bank something that may be chosen. */
  private isCandidate(bank: number, row: number, read: number, cycle: number): boolean {
    const { banks } = this;
    const record = bank << BANK_SHIFT;
    const bit = 1 << bank;
    const open = banks[record + OPEN_ROW]!;
    if (open < 0) {
      if ((this.closed & bit) !== 0) return false;
      this.closed |= bit;
    } else if (open === row) {
      if ((this.hit & bit) !== 0) return false;
      this.hit |= bit;
      banks[record + HIT] = read;
      banks[record + HIT_AGE] = cycle;
    } else {
      if ((this.miss & bit) !== 0) return false;
      this.miss |= bit;
      banks[record + MISS] = read;
      banks[record + MISS_AGE] = cycle;
    }
    return true;
  }

  /** Takes the waits that end up to that tick out of the ring. */
  endWaits(tick: number): void {
    const { ring } = this;
    let { okActivate, okPrecharge, okGroup } = this;
    for (let present = Math.max(this.drainedTick + 1, tick - MASK); present <= tick; present++) {
      const at = (present & MASK) << TICK_SHIFT;
      okActivate |= ring[at + FOR_ACTIVATE]!;
      okPrecharge |= ring[at + FOR_PRECHARGE]!;
      okGroup |= ring[at + FOR_GROUP]!;
      // What stays behind would be set once more when the ring comes round.
      ring[at + FOR_ACTIVATE] = 0;
      ring[at + FOR_PRECHARGE] = 0;
      ring[at + FOR_GROUP] = 0;
    }
    this.okActivate = okActivate;
    this.okPrecharge = okPrecharge;
    this.okGroup = okGroup;
    this.drainedTick = tick;
  }

  /** What the next ticks depend on: times from `tick`, rows from `row`; a request's tag plays no part. */
  relativeState(row: number, tick: number): number[] {
    this.endWaits(tick);
    const { banks, reads, ring } = this;
    const { rowMask } = this.decoder;
    const from = (time: number): number => (time === NEVER ? NEVER : Math.max(time - tick, -PAST_TICKS));
    const numbers = [
      this.closed,
      this.hit,
      this.miss,
      this.active,
      this.okActivate,
      this.okPrecharge,
      this.okGroup,
    ];
    for (const time of [
      this.nextTick,
      this.activateTick0,
      this.activateTick1,
      this.readTick0,
      this.readTick1,
      this.prechargeTick,
      ...this.timing.windowTicks(),
    ])
      numbers.push(from(time));
    for (let bank = 0; bank < BANKS; bank++) {
      const record = bank << BANK_SHIFT;
      const open = banks[record + OPEN_ROW]!;
      numbers.push(open < 0 ? -1 : (open - row) & rowMask);
      numbers.push(from(banks[record + READABLE]!), from(banks[record + CLOSABLE]!));
      if (((this.active >>> bank) & 1) === 1) numbers.push(banks[record + ACTIVE_AGE]! - tick);
      for (let read = banks[record + HEAD]!; read >= 0; read = reads[read + NEXT]!)
        numbers.push((reads[read + ROW]! - row) & rowMask, reads[read + ACCEPTED]! - tick);
      numbers.push(NOBODY);
    }
    for (let ahead = 1; ahead < RING_TICKS; ahead++) {
      const at = ((this.drainedTick + ahead) & (RING_TICKS - 1)) << TICK_SHIFT;
      const waits = [ring[at]!, ring[at + 1]!, ring[at + 2]!];
      if (waits.some((wait) => wait !== 0)) numbers.push(this.drainedTick + ahead - tick, ...waits);
    }
    return numbers;
  }

  /** Shifts the origin of time by a multiple of `RING_TICKS`, so that ticks stay small integers. */
  rebase(shiftTicks: number): void {
    this.nextTick = shifted(this.nextTick, shiftTicks);
    this.drainedTick -= shiftTicks;
    this.activateTick0 = shifted(this.activateTick0, shiftTicks);
    this.activateTick1 = shifted(this.activateTick1, shiftTicks);
    this.readTick0 = shifted(this.readTick0, shiftTicks);
    this.readTick1 = shifted(this.readTick1, shiftTicks);
    this.prechargeTick = shifted(this.prechargeTick, shiftTicks);
    const { reads, banks } = this;
    for (let at = ACCEPTED; at < reads.length; at += 1 << READ_SHIFT)
      reads[at] = shifted(reads[at]!, shiftTicks);
    for (let record = 0; record < banks.length; record += 1 << BANK_SHIFT) {
      for (const time of [HEAD_AGE, HIT_AGE, MISS_AGE, ACTIVE_AGE, READABLE, CLOSABLE])
        banks[record + time] = shifted(banks[record + time]!, shiftTicks);
    }
    this.timing.rebase(shiftTicks);
    this.ledger?.rebase(shiftTicks);
  }
}
