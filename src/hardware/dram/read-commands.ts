import type { RING_MASK } from "./bank-timing.ts";
import type { ReadController } from "./read-controller.ts";
import type * as records from "./read-records.ts";

// Literals; see `read-records.ts`.
const MASK: typeof RING_MASK = 127;
const BANK_SHIFT: typeof records.BANK_SHIFT = 4;
const HEAD: typeof records.HEAD = 0;
const TAIL: typeof records.TAIL = 1;
const HIT: typeof records.HIT = 2;
const MISS: typeof records.MISS = 3;
const HEAD_AGE: typeof records.HEAD_AGE = 4;
const HIT_AGE: typeof records.HIT_AGE = 5;
const MISS_AGE: typeof records.MISS_AGE = 6;
const OPEN_ROW: typeof records.OPEN_ROW = 7;
const ACTIVE: typeof records.ACTIVE = 8;
const ACTIVE_AGE: typeof records.ACTIVE_AGE = 9;
const READABLE: typeof records.READABLE = 10;
const CLOSABLE: typeof records.CLOSABLE = 11;
const ROW: typeof records.ROW = 0;
const TAG: typeof records.TAG = 1;
const ACCEPTED: typeof records.ACCEPTED = 2;
const NEXT: typeof records.NEXT = 3;
const PREVIOUS: typeof records.PREVIOUS = 4;
const TICK_SHIFT: typeof records.TICK_SHIFT = 2;
const FOR_ACTIVATE: typeof records.FOR_ACTIVATE = 0;
const FOR_PRECHARGE: typeof records.FOR_PRECHARGE = 1;
const FOR_GROUP: typeof records.FOR_GROUP = 2;
const NOBODY = -1;

/** The activated read of a bank goes; its tag. */
export function issueActive(state: ReadController, bank: number, tick: number): number {
  state.active &= ~(1 << bank);
  return issueRead(state, bank, state.banks[(bank << BANK_SHIFT) + ACTIVE]!, tick);
}

/** The oldest hit of a bank leaves the queue and goes; its tag. */
export function issueHit(state: ReadController, bank: number, tick: number): number {
  const { banks, reads } = state;
  const record = bank << BANK_SHIFT;
  const read = banks[record + HIT]!;
  const before = reads[read + PREVIOUS]!;
  let other = reads[read + NEXT]!;
  if (before < 0) {
    banks[record + HEAD] = other;
    if (other >= 0) banks[record + HEAD_AGE] = reads[other + ACCEPTED]!;
  } else reads[before + NEXT] = other;
  if (other < 0) banks[record + TAIL] = before;
  else reads[other + PREVIOUS] = before;
  state.queuedCount--;
  const row = banks[record + OPEN_ROW]!;
  while (other >= 0 && reads[other + ROW] !== row) other = reads[other + NEXT]!;
  if (other < 0) state.hit &= ~(1 << bank);
  else {
    banks[record + HIT] = other;
    banks[record + HIT_AGE] = reads[other + ACCEPTED]!;
  }
  return issueRead(state, bank, read, tick);
}

function issueRead(state: ReadController, bank: number, read: number, tick: number): number {
  const { reads } = state;
  const lane = bank >> state.laneShift;
  if (lane === 0) state.readTick0 = tick + state.laneReadCycles;
  else state.readTick1 = tick + state.laneReadCycles;
  delayPrecharge(state, bank, tick + state.readToPrechargeCycles, tick);
  if (state.ledger !== undefined) state.ledger.column(bank, lane, tick, 0);
  state.issuedReads++;
  reads[read + NEXT] = state.freeRead;
  state.freeRead = read;
  state.issuedAcceptedCycle = reads[read + ACCEPTED]!;
  return reads[read + TAG]!;
}

/** Moves a bank to a later end of its wait for a precharge. */
function delayPrecharge(state: ReadController, bank: number, until: number, tick: number): void {
  const { banks, ring } = state;
  const at = (bank << BANK_SHIFT) + CLOSABLE;
  const earlier = banks[at]!;
  if (until <= earlier || until === tick) return;
  const bit = 1 << bank;
  ring[((earlier & MASK) << TICK_SHIFT) + FOR_PRECHARGE]! &= ~bit;
  ring[((until & MASK) << TICK_SHIFT) + FOR_PRECHARGE]! |= bit;
  banks[at] = until;
  state.okPrecharge &= ~bit;
}

/** Closes a bank for its oldest miss; held back, and the tick lost, while an activated read of the bank waits. */
export function closeBank(state: ReadController, bank: number, tick: number): void {
  const bit = 1 << bank;
  if ((state.active & bit) !== 0) {
    state.deadTicks++;
    return;
  }
  state.banks[(bank << BANK_SHIFT) + OPEN_ROW] = NOBODY;
  state.hit &= ~bit;
  state.miss &= ~bit;
  state.closed |= bit;
  const until = tick + state.prechargeToActivateCycles;
  if (until > tick) {
    state.ring[((until & MASK) << TICK_SHIFT) + FOR_ACTIVATE]! |= bit;
    state.okActivate &= ~bit;
  }
  state.precharges++;
  if (state.ledger !== undefined) state.ledger.precharge(bank, tick);
}

/** Opens the row of a bank's oldest read, which leaves the queue and waits for its column command. */
export function activateBank(state: ReadController, bank: number, tick: number): void {
  const { banks, reads } = state;
  const record = bank << BANK_SHIFT;
  const read = banks[record + HEAD]!;
  const after = reads[read + NEXT]!;
  banks[record + HEAD] = after;
  if (after < 0) banks[record + TAIL] = NOBODY;
  else {
    banks[record + HEAD_AGE] = reads[after + ACCEPTED]!;
    reads[after + PREVIOUS] = NOBODY;
  }
  state.queuedCount--;
  banks[record + OPEN_ROW] = reads[read + ROW]!;
  banks[record + ACTIVE] = read;
  banks[record + ACTIVE_AGE] = reads[read + ACCEPTED]!;
  banks[record + READABLE] = tick + state.activateToReadCycles;
  state.active |= 1 << bank;
  state.closed &= ~(1 << bank);
  tellHitsFromMisses(state, bank, after);
  delayPrecharge(state, bank, tick + state.activateToPrechargeCycles, tick);
  delayActivates(state, bank, tick);
  state.activates++;
}

/** A row was opened: the oldest hit and the oldest miss among the reads that wait for the bank. */
function tellHitsFromMisses(state: ReadController, bank: number, first: number): void {
  const { banks, reads } = state;
  const record = bank << BANK_SHIFT;
  const row = banks[record + OPEN_ROW]!;
  let hit = NOBODY;
  let miss = NOBODY;
  for (let read = first; read >= 0 && (hit < 0 || miss < 0); read = reads[read + NEXT]!) {
    if (reads[read + ROW] !== row) {
      if (miss < 0) miss = read;
    } else if (hit < 0) hit = read;
  }
  if (hit >= 0) {
    state.hit |= 1 << bank;
    banks[record + HIT] = hit;
    banks[record + HIT_AGE] = reads[hit + ACCEPTED]!;
  }
  if (miss >= 0) {
    state.miss |= 1 << bank;
    banks[record + MISS] = miss;
    banks[record + MISS_AGE] = reads[miss + ACCEPTED]!;
  }
}

/** What an activate forbids to the activates of its group, of its lane, and to both commands of the whole channel. */
function delayActivates(state: ReadController, bank: number, tick: number): void {
  const untilInGroup = tick + state.groupActivateCycles;
  if (untilInGroup > tick) {
    const group = state.groupMask[bank >> state.groupShift]!;
    state.ring[((untilInGroup & MASK) << TICK_SHIFT) + FOR_GROUP]! |= group;
    state.okGroup &= ~group;
  }
  const lane = bank >> state.laneShift;
  const anywhere = tick + state.busActivateCycles;
  const window = state.timing.enterWindow(lane, tick);
  const inLane = Math.max(anywhere, window, tick + state.laneActivateCycles);
  state.activateTick0 = Math.max(state.activateTick0, lane === 0 ? inLane : anywhere);
  state.activateTick1 = Math.max(state.activateTick1, lane === 0 ? anywhere : inLane);
  state.prechargeTick = tick + state.busPrechargeCycles;
  if (state.ledger !== undefined) state.ledger.activate(bank, lane, tick);
}
