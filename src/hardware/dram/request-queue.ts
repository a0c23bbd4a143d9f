import { NEVER, shifted } from "./tick-times.ts";

// One array, eight numbers a slot: a request lies in half a cache line. The names stand in the module that uses them
// most: V8 folds a constant of the same module, and loads an imported one at every use.
const SLOT_SHIFT = 3;
export const ROW = 0;
export const COLUMN = 1;
export const TAG = 2;
/** Accepted cycle: the age. */
export const ACCEPTED = 3;
export const NEXT = 4;
export const PREVIOUS = 5;

/** No slot. */
export const NONE = -1;

/**
 * Requests that wait, and those that were activated and wait for their column command. A slot is named by the index of
 * its first number: `data[slot + ROW]`.
 */
export class RequestSlots {
  readonly data: Int32Array;
  private free = 0;

  constructor(count: number) {
    this.data = new Int32Array(count << SLOT_SHIFT);
    for (let index = 0; index < count; index++) {
      this.data[(index << SLOT_SHIFT) + NEXT] = index + 1 < count ? (index + 1) << SLOT_SHIFT : NONE;
    }
  }

  take(): number {
    const slot = this.free;
    this.free = this.data[slot + NEXT]!;
    return slot;
  }

  release(slot: number): void {
    this.data[slot + NEXT] = this.free;
    this.free = slot;
  }

  rebase(shiftTicks: number): void {
    for (let at = ACCEPTED; at < this.data.length; at += 1 << SLOT_SHIFT)
      this.data[at] = shifted(this.data[at]!, shiftTicks);
  }
}

const BANKS = 32;
// Of each bank likewise.
export const BANK_RECORD_SHIFT = 3;
const HEAD = 0;
const TAIL = 1;
const HIT = 2;
const MISS = 3;
/** Ages of the oldest request, the oldest hit and the oldest miss. */
export const HEAD_AGE = 4;
export const HIT_AGE = 5;
export const MISS_AGE = 6;

/**
 * A queue of reads or of writes, as one list for each bank, oldest first. Three words tell which banks are closed and
 * wanted, open with a hit, open with a miss; for each of them the age of the oldest such request lies ready.
 */
export class RequestQueue {
  /** Banks as bits. */
  closed = 0;
  hit = 0;
  miss = 0;
  /** Requests that wait, activated ones not counted. */
  count = 0;
  /** `banks[(bank << BANK_RECORD_SHIFT) + HIT_AGE]`. */
  readonly banks = new Int32Array(BANKS << BANK_RECORD_SHIFT).fill(NONE);
  private readonly slots: RequestSlots;
  private readonly data: Int32Array;
  /** Open row of each bank, -1 where it is closed. */
  private readonly openRow: Int32Array;

  constructor(slots: RequestSlots, openRow: Int32Array) {
    this.slots = slots;
    this.data = slots.data;
    this.openRow = openRow;
  }

  /** True when the request gives its bank something that may be chosen, so that a choice may come earlier. */
  add(bank: number, row: number, column: number, tag: number, accepted: number): boolean {
    const { data, banks } = this;
    const slot = this.slots.take();
    const record = bank << BANK_RECORD_SHIFT;
    const last = banks[record + TAIL]!;
    data[slot + ROW] = row;
    data[slot + COLUMN] = column;
    data[slot + TAG] = tag;
    data[slot + ACCEPTED] = accepted;
    data[slot + NEXT] = NONE;
    data[slot + PREVIOUS] = last;
    banks[record + TAIL] = slot;
    if (last === NONE) {
      banks[record + HEAD] = slot;
      banks[record + HEAD_AGE] = accepted;
    } else data[last + NEXT] = slot;
    this.count++;
    const open = this.openRow[bank]!;
    const bit = 1 << bank;
    if (open === NONE) {
      if (last !== NONE) return false;
      this.closed |= bit;
    } else if (open === row) {
      if ((this.hit & bit) !== 0) return false;
      this.setHit(bank, slot);
    } else {
      if ((this.miss & bit) !== 0) return false;
      this.setMiss(bank, slot);
    }
    return true;
  }

  oldestMiss(bank: number): number {
    return this.banks[(bank << BANK_RECORD_SHIFT) + MISS]!;
  }

  /** The oldest request leaves to open its row; its slot stays in use. */
  removeHead(bank: number): number {
    const { banks, data } = this;
    const record = bank << BANK_RECORD_SHIFT;
    const slot = banks[record + HEAD]!;
    const after = data[slot + NEXT]!;
    banks[record + HEAD] = after;
    if (after === NONE) banks[record + TAIL] = NONE;
    else {
      banks[record + HEAD_AGE] = data[after + ACCEPTED]!;
      data[after + PREVIOUS] = NONE;
    }
    this.count--;
    return slot;
  }

  /** Takes the oldest hit out, and finds the next one behind it. */
  removeHit(bank: number): number {
    const { data, banks } = this;
    const record = bank << BANK_RECORD_SHIFT;
    const slot = banks[record + HIT]!;
    const before = data[slot + PREVIOUS]!;
    let other = data[slot + NEXT]!;
    if (before === NONE) {
      banks[record + HEAD] = other;
      if (other !== NONE) banks[record + HEAD_AGE] = data[other + ACCEPTED]!;
    } else data[before + NEXT] = other;
    if (other === NONE) banks[record + TAIL] = before;
    else data[other + PREVIOUS] = before;
    this.count--;
    const row = this.openRow[bank]!;
    while (other !== NONE && data[other + ROW] !== row) other = data[other + NEXT]!;
    banks[record + HIT] = other;
    if (other === NONE) this.hit &= ~(1 << bank);
    else banks[record + HIT_AGE] = data[other + ACCEPTED]!;
    return slot;
  }

  /** A row was opened: tell hits from misses. */
  opened(bank: number, row: number): void {
    const { data } = this;
    this.closed &= ~(1 << bank);
    let hit = NONE;
    let miss = NONE;
    let slot = this.banks[(bank << BANK_RECORD_SHIFT) + HEAD]!;
    for (; slot !== NONE; slot = data[slot + NEXT]!) {
      if (data[slot + ROW] === row) {
        if (hit === NONE) hit = slot;
      } else if (miss === NONE) miss = slot;
      if (hit !== NONE && miss !== NONE) break;
    }
    if (hit !== NONE) this.setHit(bank, hit);
    if (miss !== NONE) this.setMiss(bank, miss);
  }

  /** The bank was closed. */
  closedBank(bank: number): void {
    const bit = 1 << bank;
    this.hit &= ~bit;
    this.miss &= ~bit;
    if (this.banks[(bank << BANK_RECORD_SHIFT) + HEAD] !== NONE) this.closed |= bit;
  }

  /** True when a request of this row, and of a column that equals under the mask, waits here. */
  holds(bank: number, row: number, column: number, columnMask: number): boolean {
    const { data } = this;
    let slot = this.banks[(bank << BANK_RECORD_SHIFT) + HEAD]!;
    for (; slot !== NONE; slot = data[slot + NEXT]!) {
      if (data[slot + ROW] === row && ((data[slot + COLUMN]! ^ column) & columnMask) === 0) return true;
    }
    return false;
  }

  rebase(shiftTicks: number): void {
    for (let record = 0; record < this.banks.length; record += 1 << BANK_RECORD_SHIFT) {
      for (let age = HEAD_AGE; age <= MISS_AGE; age++)
        this.banks[record + age] = shifted(this.banks[record + age]!, shiftTicks);
    }
  }

  private setHit(bank: number, slot: number): void {
    const record = bank << BANK_RECORD_SHIFT;
    this.hit |= 1 << bank;
    this.banks[record + HIT] = slot;
    this.banks[record + HIT_AGE] = this.data[slot + ACCEPTED]!;
  }

  private setMiss(bank: number, slot: number): void {
    const record = bank << BANK_RECORD_SHIFT;
    this.miss |= 1 << bank;
    this.banks[record + MISS] = slot;
    this.banks[record + MISS_AGE] = this.data[slot + ACCEPTED]!;
  }
}

/** The bank with the lowest age among the bits, -1 where there is none; `age` says which of a record's ages. */
export function oldestBank(among: number, banks: Int32Array, age: number): number {
  let best = NEVER;
  let bank = NONE;
  for (let rest = among; rest !== 0; rest &= rest - 1) {
    const candidate = 31 - Math.clz32(rest & -rest);
    const other = banks[(candidate << BANK_RECORD_SHIFT) + age]!;
    if (other < best) {
      best = other;
      bank = candidate;
    }
  }
  return bank;
}
