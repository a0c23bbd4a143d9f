import type { RING_MASK } from "./bank-timing.ts";
import { activateBank, closeBank, issueActive, issueHit } from "./read-commands.ts";
import type { ReadController } from "./read-controller.ts";
import type * as records from "./read-records.ts";
import type { NEVER } from "./tick-times.ts";

// Literals, whose types must be those of the constants: V8 folds them, and loads an imported constant at every use.
const MASK: typeof RING_MASK = 127;
const LATEST: typeof NEVER = 2147483647;
const BANK_SHIFT: typeof records.BANK_SHIFT = 4;
const HEAD_AGE: typeof records.HEAD_AGE = 4;
const HIT_AGE: typeof records.HIT_AGE = 5;
const MISS_AGE: typeof records.MISS_AGE = 6;
const ACTIVE_AGE: typeof records.ACTIVE_AGE = 9;
const READABLE: typeof records.READABLE = 10;
const TICK_SHIFT: typeof records.TICK_SHIFT = 2;
const FOR_ACTIVATE: typeof records.FOR_ACTIVATE = 0;
const FOR_PRECHARGE: typeof records.FOR_PRECHARGE = 1;
const FOR_GROUP: typeof records.FOR_GROUP = 2;
const TAKE_HIT = 1;
const CLOSE = 2;
const OPEN = 3;

/**
 * hardware.md 5.1, steps 4 and 5, at `nextTick`, which moves on: an activated read that is ready goes first, else the
 * oldest read that has a command that is. Gives the tag of the read that was issued, or -1.
 */
export function chooseRead(state: ReadController): number {
  const tick = state.nextTick;
  return haveOnlyHits(state) && tick <= state.drainedTick + state.patienceTicks
    ? chooseHit(state, tick)
    : chooseAny(state, tick);
}

/** Nothing but hits is left, which wait for the bus alone: waits for other commands may end later. */
function chooseHit(state: ReadController, tick: number): number {
  const hits = state.hit & openLanes(state, state.readTick0, state.readTick1, tick);
  const tag = hits === 0 ? -1 : issueHit(state, oldest(hits, state.banks, HIT_AGE), tick);
  state.nextTick = nextHit(state, tick);
  return tag;
}

function chooseAny(state: ReadController, tick: number): number {
  state.endWaits(tick);
  state.nextTick = tick + 1;
  const readable = openLanes(state, state.readTick0, state.readTick1, tick);
  const active = state.active & readable;
  if (active !== 0) {
    const bank = oldestActive(state, active, tick);
    if (bank >= 0) {
      const tag = issueActive(state, bank, tick);
      if (haveOnlyHits(state)) state.nextTick = nextHit(state, tick);
      return tag;
    }
  }
  const { banks } = state;
  let best: number = LATEST;
  let chosen = -1;
  let command = 0;
  // A hit behind an activated read of its bank can go no earlier than that.
  const hits = state.hit & ~state.active & readable;
  if (hits !== 0) {
    chosen = oldest(hits, banks, HIT_AGE);
    best = banks[(chosen << BANK_SHIFT) + HIT_AGE]!;
    command = TAKE_HIT;
  }
  const closing = tick >= state.prechargeTick ? state.miss & state.okPrecharge : 0;
  if (closing !== 0) {
    const bank = oldest(closing, banks, MISS_AGE);
    const age = banks[(bank << BANK_SHIFT) + MISS_AGE]!;
    if (age < best) {
      best = age;
      chosen = bank;
      command = CLOSE;
    }
  }
  const opening = openable(state) & openLanes(state, state.activateTick0, state.activateTick1, tick);
  if (opening !== 0) {
    const bank = oldest(opening, banks, HEAD_AGE);
    if (banks[(bank << BANK_SHIFT) + HEAD_AGE]! < best) {
      chosen = bank;
      command = OPEN;
    }
  }
  if (command === TAKE_HIT) {
    const tag = issueHit(state, chosen, tick);
    if (haveOnlyHits(state)) state.nextTick = nextHit(state, tick);
    return tag;
  }
  if (command === CLOSE) closeBank(state, chosen, tick);
  else if (command === OPEN) activateBank(state, chosen, tick);
  else state.nextTick = nextChoice(state, tick);
  return -1;
}

/** Banks of the lanes whose wait is over: no branch to mispredict. */
function openLanes(state: ReadController, tick0: number, tick1: number, tick: number): number {
  return (((tick0 - tick - 1) >> 31) & state.lane0) | (((tick1 - tick - 1) >> 31) & state.lane1);
}

/** Closed and wanted banks that wait for nothing but their lane. */
function openable(state: ReadController): number {
  return state.closed & state.okActivate & state.okGroup;
}

function oldestActive(state: ReadController, among: number, tick: number): number {
  const { banks } = state;
  let best: number = LATEST;
  let oldestBank = -1;
  for (let rest = among; rest !== 0; rest &= rest - 1) {
    const bank = 31 - Math.clz32(rest & -rest);
    const record = bank << BANK_SHIFT;
    const age = banks[record + ACTIVE_AGE]!;
    if (banks[record + READABLE]! > tick || age >= best) continue;
    best = age;
    oldestBank = bank;
  }
  return oldestBank;
}

/** The bank with the lowest age among some bits; no branch to mispredict but that of the last bit. */
function oldest(among: number, banks: Int32Array, age: number): number {
  let bank = 31 - Math.clz32(among & -among);
  let rest = among & (among - 1);
  if (rest === 0) return bank;
  let best = banks[(bank << BANK_SHIFT) + age]!;
  do {
    const other = 31 - Math.clz32(rest & -rest);
    const difference = banks[(other << BANK_SHIFT) + age]! - best;
    const isOlder = difference >> 31;
    best += difference & isOlder;
    bank ^= (bank ^ other) & isOlder;
    rest &= rest - 1;
  } while (rest !== 0);
  return bank;
}

function haveOnlyHits(state: ReadController): boolean {
  return (state.miss | state.closed | state.active) === 0;
}

/** `nextChoice` where there is nothing but hits: the bus decides when the next may go. */
function nextHit(state: ReadController, tick: number): number {
  const { hit, lane0, lane1, readTick0, readTick1 } = state;
  let next: number = LATEST;
  if ((hit & lane0) !== 0) next = readTick0;
  if ((hit & lane1) !== 0 && readTick1 < next) next = readTick1;
  return next > tick ? next : tick + 1;
}

/** The next tick in which something can be ready, if no read comes in before. */
function nextChoice(state: ReadController, tick: number): number {
  const { lane0, lane1, active, readTick0, readTick1 } = state;
  const hits = state.hit & ~active;
  const closable = state.miss & state.okPrecharge;
  const ready = openable(state);
  let next: number = LATEST;
  if ((hits & lane0) !== 0) next = readTick0;
  if ((hits & lane1) !== 0) next = Math.min(next, readTick1);
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const bank = 31 - Math.clz32(rest & -rest);
    const laneTick = bank >> state.laneShift === 0 ? readTick0 : readTick1;
    next = Math.min(next, Math.max(state.banks[(bank << BANK_SHIFT) + READABLE]!, laneTick));
  }
  if (closable !== 0) next = Math.min(next, state.prechargeTick);
  if ((ready & lane0) !== 0) next = Math.min(next, state.activateTick0);
  if ((ready & lane1) !== 0) next = Math.min(next, state.activateTick1);
  const missesWait = state.miss ^ closable;
  const closedWait = state.closed ^ ready;
  if ((missesWait | closedWait) !== 0) next = endOfWait(state, missesWait, closedWait, tick + 1, next);
  return next > tick ? next : tick + 1;
}

/** The first tick of `from` to `to` in which a bank of these ends its wait, or `to`. */
function endOfWait(
  state: ReadController,
  missesWait: number,
  closedWait: number,
  from: number,
  to: number,
): number {
  const { ring } = state;
  for (let present = from; present < to; present++) {
    const at = (present & MASK) << TICK_SHIFT;
    const opens = (ring[at + FOR_ACTIVATE]! | ring[at + FOR_GROUP]!) & closedWait;
    if ((opens | (ring[at + FOR_PRECHARGE]! & missesWait)) !== 0) return present;
  }
  return to;
}
