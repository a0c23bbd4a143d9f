import type { BANK_WORDS_SHIFT, BankTiming, GROUP_WORD, RING_MASK, RING_WORD_SHIFT } from "./bank-timing.ts";
import type { ACTIVATE, PRECHARGE, READ } from "./commands.ts";
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
import type { EventController } from "./event-controller.ts";
import type { ACCEPTED, BANK_RECORD_SHIFT, HEAD_AGE, NONE, ROW } from "./request-queue.ts";

// Literals, as in `read-loop.ts`.
const ACT: typeof ACTIVATE = 0;
const PRE: typeof PRECHARGE = 1;
const RD: typeof READ = 2;
const GROUP: typeof GROUP_WORD = 4;
const SLOT_MASK: typeof RING_MASK = 127;
const SLOT_SHIFT: typeof RING_WORD_SHIFT = 3;
const WORDS_SHIFT: typeof BANK_WORDS_SHIFT = 5;
const RECORD_SHIFT: typeof BANK_RECORD_SHIFT = 3;
const HEAD: typeof HEAD_AGE = 4;
const CLOSED: typeof NONE = -1;
const ROW_AT: typeof ROW = 0;
const ACCEPTED_AT: typeof ACCEPTED = 3;

/** Moves a bank to the slot of a later end of its wait. */
function delayBank(timing: BankTiming, command: number, bank: number, until: number): void {
  const { bankReady, ring } = timing;
  const at = (command << WORDS_SHIFT) + bank;
  const earlier = bankReady[at]!;
  if (until <= earlier) return;
  const bit = 1 << bank;
  ring[((earlier & SLOT_MASK) << SLOT_SHIFT) + command]! &= ~bit;
  ring[((until & SLOT_MASK) << SLOT_SHIFT) + command]! |= bit;
  bankReady[at] = until;
  timing.ok[command]! &= ~bit;
}

/** The same for a bank group. */
function delayGroup(timing: BankTiming, command: number, bank: number, until: number): void {
  const { groupReady, ring } = timing;
  const group = bank >> timing.groupShift;
  const at = (command << WORDS_SHIFT) + group;
  const earlier = groupReady[at]!;
  if (until <= earlier) return;
  const mask = timing.groupMask[group]!;
  const word = GROUP + command;
  ring[((earlier & SLOT_MASK) << SLOT_SHIFT) + word]! &= ~mask;
  ring[((until & SLOT_MASK) << SLOT_SHIFT) + word]! |= mask;
  groupReady[at] = until;
  timing.ok[word]! &= ~mask;
}

/** A read goes out, activated or a hit, and leaves its slot. */
export function issueRead(state: EventController, bank: number, slot: number, tick: number): void {
  const { timing } = state;
  const { delay, laneReady } = timing;
  const at = (RD << 1) + (bank >> state.pseudoChannelShift);
  const until = tick + delay[LANE_RD_RD]!;
  if (until > laneReady[at]!) laneReady[at] = until;
  const toPrecharge = delay[BANK_RD_PRE]!;
  if (toPrecharge !== 0) delayBank(timing, PRE, bank, tick + toPrecharge);
  const inGroup = delay[GROUP_RD_RD]!;
  if (inGroup !== 0) delayGroup(timing, RD, bank, tick + inGroup);
  state.serveRead(bank, slot, tick);
}

/** Closes a bank for its oldest miss; held back, and the tick lost, while an activated read of the bank waits. */
export function prechargeForRead(state: EventController, bank: number, tick: number): void {
  const { reads, timing } = state;
  if (((state.activeReads >>> bank) & 1) !== 0) {
    state.deadTicks++;
    return;
  }
  if (state.observer !== undefined) state.tell(PRE, bank, reads.oldestMiss(bank), tick);
  const toActivate = timing.delay[BANK_PRE_ACT]!;
  if (toActivate !== 0) delayBank(timing, ACT, bank, tick + toActivate);
  state.openRow[bank] = CLOSED;
  reads.closedBank(bank);
  state.issued[PRE]!++;
  timing.lastTick[(PRE << 1) + (bank >> state.pseudoChannelShift)] = tick;
  state.ledger?.precharge(bank, tick);
}

/** Opens the row of a bank's oldest read, which waits for its column command from now on. */
export function activateForRead(state: EventController, bank: number, tick: number): void {
  const { reads, timing, data } = state;
  const { delay, laneReady } = timing;
  const slot = reads.removeHead(bank);
  const row = data[slot + ROW_AT]!;
  state.openRow[bank] = row;
  state.activeSlot[bank] = slot;
  state.activeBanks[(bank << RECORD_SHIFT) + HEAD] = data[slot + ACCEPTED_AT]!;
  state.activeReads |= 1 << bank;
  reads.opened(bank, row);
  const toRead = delay[BANK_ACT_RD]!;
  if (toRead !== 0) delayBank(timing, RD, bank, tick + toRead);
  const toPrecharge = delay[BANK_ACT_PRE]!;
  if (toPrecharge !== 0) delayBank(timing, PRE, bank, tick + toPrecharge);
  const inGroup = delay[GROUP_ACT_ACT]!;
  if (inGroup !== 0) delayGroup(timing, ACT, bank, tick + inGroup);
  const lane = bank >> state.pseudoChannelShift;
  const busActivate = tick + delay[CHANNEL_ACT_ACT]!;
  const busPrecharge = tick + delay[CHANNEL_ACT_PRE]!;
  for (let other = 0; other < 2; other++) {
    if (laneReady[(ACT << 1) + other]! < busActivate) laneReady[(ACT << 1) + other] = busActivate;
    if (laneReady[(PRE << 1) + other]! < busPrecharge) laneReady[(PRE << 1) + other] = busPrecharge;
  }
  const inLane = tick + delay[LANE_ACT_ACT]!;
  const inWindow = timing.enterWindow(lane, tick);
  const at = (ACT << 1) + lane;
  if (laneReady[at]! < inLane) laneReady[at] = inLane;
  if (laneReady[at]! < inWindow) laneReady[at] = inWindow;
  timing.lastActivate[bank] = tick;
  timing.lastTick[at] = tick;
  state.issued[ACT]!++;
  state.ledger?.activate(bank, lane, tick);
  if (state.observer !== undefined) state.tell(ACT, bank, slot, tick);
}
