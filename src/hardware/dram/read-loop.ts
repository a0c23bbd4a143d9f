import type { BankTiming, GROUP_WORD, RING_MASK, RING_WORD_SHIFT } from "./bank-timing.ts";
import type { ACTIVATE, PRECHARGE, READ } from "./commands.ts";
import type { EventController } from "./event-controller.ts";
import { activateForRead, issueRead, prechargeForRead } from "./read-issue.ts";
import type { BANK_RECORD_SHIFT, HEAD_AGE, HIT_AGE, MISS_AGE, NONE, RequestQueue } from "./request-queue.ts";
import type { NEVER } from "./tick-times.ts";

// Literals, whose types must be those of the constants: V8 folds them, and loads an imported constant at every use.
const ACT: typeof ACTIVATE = 0;
const PRE: typeof PRECHARGE = 1;
const RD: typeof READ = 2;
const GROUP: typeof GROUP_WORD = 4;
const SLOT_MASK: typeof RING_MASK = 127;
const SLOT_SHIFT: typeof RING_WORD_SHIFT = 3;
const RECORD_SHIFT: typeof BANK_RECORD_SHIFT = 3;
const HEAD: typeof HEAD_AGE = 4;
const HIT: typeof HIT_AGE = 5;
const MISS: typeof MISS_AGE = 6;
const NOBODY: typeof NONE = -1;
const LATEST: typeof NEVER = 2147483647;

/**
 * `EventController.run` for ticks in which there are neither writes nor refreshes, and which touches no more state than
 * they need. Runs every tick up to `until` in which something happens; with `stopsAtRoom` it ends after the tick in which
 * the read queue lost an entry. Gives that tick, or `until`. Waits of writes are left out: `BankTiming.catchUp` has them.
 */
export function runReads(state: EventController, until: number, stopsAtRoom: boolean): number {
  const { timing, reads, isShared } = state;
  const count = stopsAtRoom ? reads.count : 0;
  const last = until < state.nextRefreshTick ? until : state.nextRefreshTick - 1;
  timing.isBehind = true;
  while (state.nextTick <= last) {
    const tick = state.nextTick;
    endWaits(timing, tick);
    if (isShared) chooseOne(state, timing, reads, tick);
    else chooseTwo(state, timing, reads, tick);
    if (stopsAtRoom && reads.count !== count) return tick;
  }
  return until;
}

/** Waits that are over, of the three commands. */
function endWaits(timing: BankTiming, tick: number): void {
  const { ok, ring } = timing;
  let present = timing.drainedTick + 1;
  if (present < tick - SLOT_MASK) present = tick - SLOT_MASK;
  for (; present <= tick; present++) {
    const slot = (present & SLOT_MASK) << SLOT_SHIFT;
    ok[ACT]! |= ring[slot + ACT]!;
    ok[PRE]! |= ring[slot + PRE]!;
    ok[RD]! |= ring[slot + RD]!;
    ok[GROUP + ACT]! |= ring[slot + GROUP + ACT]!;
    ok[GROUP + RD]! |= ring[slot + GROUP + RD]!;
    ring[slot + ACT] = 0;
    ring[slot + PRE] = 0;
    ring[slot + RD] = 0;
    ring[slot + GROUP + ACT] = 0;
    ring[slot + GROUP + RD] = 0;
  }
  timing.drainedTick = tick;
}

/** Banks to which an activate, precharge or read may go at `tick`. */
function readyBanks(timing: BankTiming, command: number, tick: number): number {
  const { laneReady, ok, lane0, lane1 } = timing;
  return (
    ok[command]! &
    ok[GROUP + command]! &
    ((((laneReady[command << 1]! - tick - 1) >> 31) & lane0) |
      (((laneReady[(command << 1) + 1]! - tick - 1) >> 31) & lane1))
  );
}

/** The bank with the lowest age among some bits; no branch to mispredict but that of the last bit. */
function oldest(among: number, banks: Int32Array, age: number): number {
  let bank = 31 - Math.clz32(among & -among);
  let rest = among & (among - 1);
  if (rest === 0) return bank;
  let best = banks[(bank << RECORD_SHIFT) + age]!;
  do {
    const other = 31 - Math.clz32(rest & -rest);
    const difference = banks[(other << RECORD_SHIFT) + age]! - best;
    const isOlder = difference >> 31;
    best += difference & isOlder;
    bank ^= (bank ^ other) & isOlder;
    rest &= rest - 1;
  } while (rest !== 0);
  return bank;
}

/** One command for all: an activated read, else the oldest that can go. */
function chooseOne(state: EventController, timing: BankTiming, reads: RequestQueue, tick: number): void {
  const readable = readyBanks(timing, RD, tick);
  const active = state.activeReads & readable;
  if (active !== 0) {
    const bank = oldest(active, state.activeBanks, HEAD);
    state.activeReads &= ~(1 << bank);
    issueRead(state, bank, state.activeSlot[bank]!, tick);
    state.nextTick = isQuiet(state, reads) ? nextChoice(state, tick) : tick + 1;
    return;
  }
  state.isWriteMode = reads.count === 0;
  const { banks } = reads;
  const hits = reads.hit & readable;
  let best: number = LATEST;
  let bank: number = NOBODY;
  let command: number = RD;
  if (hits !== 0) {
    bank = oldest(hits, banks, HIT);
    best = banks[(bank << RECORD_SHIFT) + HIT]!;
  }
  const closing = closable(state, reads) & readyBanks(timing, PRE, tick);
  if (closing !== 0) {
    const other = oldest(closing, banks, MISS);
    const age = banks[(other << RECORD_SHIFT) + MISS]!;
    if (age < best) {
      best = age;
      bank = other;
      command = PRE;
    }
  }
  const opening = reads.closed & readyBanks(timing, ACT, tick);
  if (opening !== 0) {
    const other = oldest(opening, banks, HEAD);
    if (banks[(other << RECORD_SHIFT) + HEAD]! < best) {
      bank = other;
      command = ACT;
    }
  }
  state.nextTick = tick + 1;
  if (bank === NOBODY) {
    state.nextTick = nextChoice(state, tick);
  } else if (command === RD) {
    issueRead(state, bank, reads.removeHit(bank), tick);
    if (isQuiet(state, reads)) state.nextTick = nextChoice(state, tick);
  } else if (command === PRE) {
    prechargeForRead(state, bank, tick);
  } else {
    activateForRead(state, bank, tick);
  }
}

/** A column command, then a row command on the state that it left. */
function chooseTwo(state: EventController, timing: BankTiming, reads: RequestQueue, tick: number): void {
  const { banks } = reads;
  state.isWriteMode = reads.count === 0;
  const readable = readyBanks(timing, RD, tick);
  const active = state.activeReads & readable;
  const hits = reads.hit & readable;
  let isIdle = false;
  if (active !== 0) {
    const bank = oldest(active, state.activeBanks, HEAD);
    state.activeReads &= ~(1 << bank);
    issueRead(state, bank, state.activeSlot[bank]!, tick);
  } else if (hits !== 0) {
    const bank = oldest(hits, banks, HIT);
    issueRead(state, bank, reads.removeHit(bank), tick);
  } else {
    isIdle = true;
  }
  const closing = closable(state, reads) & readyBanks(timing, PRE, tick);
  const opening = reads.closed & readyBanks(timing, ACT, tick);
  if ((closing | opening) === 0) {
    state.nextTick = isIdle || isQuiet(state, reads) ? nextChoice(state, tick) : tick + 1;
    return;
  }
  state.nextTick = tick + 1;
  const miss = closing === 0 ? NOBODY : oldest(closing, banks, MISS);
  const head = opening === 0 ? NOBODY : oldest(opening, banks, HEAD);
  if (
    miss === NOBODY ||
    (head !== NOBODY && banks[(head << RECORD_SHIFT) + HEAD]! < banks[(miss << RECORD_SHIFT) + MISS]!)
  )
    activateForRead(state, head, tick);
  else prechargeForRead(state, miss, tick);
}

/** Banks whose oldest miss may close them. */
function closable(state: EventController, reads: RequestQueue): number {
  return state.passesOver ? reads.miss & ~state.activeReads : reads.miss;
}

/** Nothing but hits is left: the bus decides when the next may go. */
function isQuiet(state: EventController, reads: RequestQueue): boolean {
  return (reads.miss | reads.closed | state.activeReads) === 0 && reads.hit !== 0;
}

/** The next tick in which something can be ready, if no request comes in before. */
function nextChoice(state: EventController, tick: number): number {
  const { timing, reads } = state;
  const { laneReady, lane0, lane1, ok, ring } = timing;
  const columns = state.activeReads | reads.hit;
  const misses = closable(state, reads);
  const { closed } = reads;
  const columnsOk = columns & ok[RD]! & ok[GROUP + RD]!;
  const missesOk = misses & ok[PRE]!;
  const closedOk = closed & ok[ACT]! & ok[GROUP + ACT]!;
  let next = state.nextRefreshTick;
  if ((columnsOk & lane0) !== 0) next = Math.min(next, laneReady[RD << 1]!);
  if ((columnsOk & lane1) !== 0) next = Math.min(next, laneReady[(RD << 1) + 1]!);
  if ((missesOk & lane0) !== 0) next = Math.min(next, laneReady[PRE << 1]!);
  if ((missesOk & lane1) !== 0) next = Math.min(next, laneReady[(PRE << 1) + 1]!);
  if ((closedOk & lane0) !== 0) next = Math.min(next, laneReady[ACT << 1]!);
  if ((closedOk & lane1) !== 0) next = Math.min(next, laneReady[(ACT << 1) + 1]!);
  const waiting = (columns ^ columnsOk) | (misses ^ missesOk) | (closed ^ closedOk);
  if (waiting !== 0) {
    let present = tick + 1;
    for (; present < next; present++) {
      const slot = (present & SLOT_MASK) << SLOT_SHIFT;
      const over =
        ((ring[slot + ACT]! | ring[slot + GROUP + ACT]!) & closed) |
        (ring[slot + PRE]! & misses) |
        ((ring[slot + RD]! | ring[slot + GROUP + RD]!) & columns);
      if (over !== 0) break;
    }
    next = present;
  }
  return next > tick ? next : tick + 1;
}
