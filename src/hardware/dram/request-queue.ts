import { NEVER, shift } from "./tick-times.ts";

const BANKS = 32;
const NONE = -1;

/** Requests that were activated and wait for their column command keep their slot here. */
export class RequestSlots {
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly tag: Int32Array;
  /** Accepted cycle: the age. */
  readonly accepted: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  private free = 0;

  constructor(count: number) {
    this.row = new Int32Array(count);
    this.column = new Int32Array(count);
    this.tag = new Int32Array(count);
    this.accepted = new Int32Array(count);
    this.previous = new Int32Array(count);
    this.next = Int32Array.from({ length: count }, (_, index) => (index + 1 < count ? index + 1 : NONE));
  }

  take(): number {
    const slot = this.free;
    this.free = this.next[slot]!;
    return slot;
  }

  release(slot: number): void {
    this.next[slot] = this.free;
    this.free = slot;
  }

  rebase(shiftTicks: number): void {
    shift(this.accepted, shiftTicks);
  }
}

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
  readonly headAge = new Int32Array(BANKS);
  readonly hitAge = new Int32Array(BANKS);
  readonly missAge = new Int32Array(BANKS);
  /** The last answer of `oldestMissOf`: among these banks, that one. */
  private seenMisses = 0;
  private seenOldest = NONE;
  private readonly head = new Int32Array(BANKS).fill(NONE);
  private readonly tail = new Int32Array(BANKS).fill(NONE);
  private readonly hitSlot = new Int32Array(BANKS).fill(NONE);
  private readonly missSlot = new Int32Array(BANKS).fill(NONE);
  private readonly slots: RequestSlots;
  /** Open row of each bank, -1 where it is closed. */
  private readonly openRow: Int32Array;

  constructor(slots: RequestSlots, openRow: Int32Array) {
    this.slots = slots;
    this.openRow = openRow;
  }

  /** True when the request gives its bank something that may be chosen, so that a choice may come earlier. */
  add(bank: number, row: number, column: number, tag: number, accepted: number): boolean {
    const { slots } = this;
    const slot = slots.take();
    slots.row[slot] = row;
    slots.column[slot] = column;
    slots.tag[slot] = tag;
    slots.accepted[slot] = accepted;
    slots.next[slot] = NONE;
    const last = this.tail[bank]!;
    slots.previous[slot] = last;
    this.tail[bank] = slot;
    if (last === NONE) {
      this.head[bank] = slot;
      this.headAge[bank] = accepted;
    } else slots.next[last] = slot;
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

  headSlot(bank: number): number {
    return this.head[bank]!;
  }

  oldestHit(bank: number): number {
    return this.hitSlot[bank]!;
  }

  oldestMiss(bank: number): number {
    return this.missSlot[bank]!;
  }

  /** The bank with the oldest miss among `ready`; looks only at what was not there when it was last asked. */
  oldestMissOf(ready: number): number {
    const { missAge } = this;
    let bank = this.seenOldest;
    let rest = ready & ~this.seenMisses;
    if (bank === NONE || ((ready >>> bank) & 1) === 0) {
      bank = NONE;
      rest = ready;
    }
    let best = bank === NONE ? NEVER : missAge[bank]!;
    for (; rest !== 0; rest &= rest - 1) {
      const candidate = 31 - Math.clz32(rest & -rest);
      const age = missAge[candidate]!;
      if (age < best) {
        best = age;
        bank = candidate;
      }
    }
    this.seenMisses = ready;
    this.seenOldest = bank;
    return bank;
  }

  /** Takes a request out of its list; its slot stays in use. */
  remove(bank: number, slot: number): void {
    const { slots } = this;
    const before = slots.previous[slot]!;
    const after = slots.next[slot]!;
    if (before === NONE) {
      this.head[bank] = after;
      if (after !== NONE) this.headAge[bank] = slots.accepted[after]!;
    } else slots.next[before] = after;
    if (after === NONE) this.tail[bank] = before;
    else slots.previous[after] = before;
    this.count--;
  }

  /** Takes the oldest hit out, and finds the next one behind it. */
  removeHit(bank: number, slot: number): void {
    const { slots } = this;
    let other = slots.next[slot]!;
    this.remove(bank, slot);
    const row = this.openRow[bank]!;
    while (other !== NONE && slots.row[other] !== row) other = slots.next[other]!;
    this.hitSlot[bank] = other;
    if (other === NONE) this.hit &= ~(1 << bank);
    else this.hitAge[bank] = slots.accepted[other]!;
  }

  /** A row was opened: tell hits from misses. */
  opened(bank: number, row: number): void {
    const { slots } = this;
    this.closed &= ~(1 << bank);
    let hit = NONE;
    let miss = NONE;
    for (let slot = this.head[bank]!; slot !== NONE; slot = slots.next[slot]!) {
      if (slots.row[slot] === row) {
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
    if (this.head[bank] === NONE) return;
    this.closed |= bit;
  }

  /** True when a request of this row, and of a column that equals under the mask, waits here. */
  holds(bank: number, row: number, column: number, columnMask: number): boolean {
    const { slots } = this;
    for (let slot = this.head[bank]!; slot !== NONE; slot = slots.next[slot]!) {
      if (slots.row[slot] === row && ((slots.column[slot]! ^ column) & columnMask) === 0) return true;
    }
    return false;
  }

  rebase(shiftTicks: number): void {
    for (const ages of [this.headAge, this.hitAge, this.missAge]) shift(ages, shiftTicks);
  }

  private setHit(bank: number, slot: number): void {
    this.hit |= 1 << bank;
    this.hitSlot[bank] = slot;
    this.hitAge[bank] = this.slots.accepted[slot]!;
  }

  private setMiss(bank: number, slot: number): void {
    this.miss |= 1 << bank;
    this.seenMisses &= ~(1 << bank);
    if (this.seenOldest === bank) this.seenOldest = NONE;
    this.missSlot[bank] = slot;
    this.missAge[bank] = this.slots.accepted[slot]!;
  }
}

/** The bank with the lowest age among the bits; `NEVER` as age when there is none. */
export function oldestBank(banks: number, age: Int32Array): number {
  let best = NEVER;
  let bank = NONE;
  for (let rest = banks; rest !== 0; rest &= rest - 1) {
    const candidate = 31 - Math.clz32(rest & -rest);
    if (age[candidate]! < best) {
      best = age[candidate]!;
      bank = candidate;
    }
  }
  return bank;
}
