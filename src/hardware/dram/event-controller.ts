import { ACTIVATE, PRECHARGE, PRECHARGE_ALL, READ, REFRESH_ALL, WRITE } from "./commands.ts";
import { CLOSED, ControllerState } from "./controller-state.ts";
import { runReads } from "./read-loop.ts";
import {
  ACCEPTED,
  BANK_RECORD_SHIFT,
  COLUMN,
  HEAD_AGE,
  HIT_AGE,
  MISS_AGE,
  oldestBank,
  type RequestQueue,
  ROW,
  type TAG,
} from "./request-queue.ts";
import { NEVER } from "./tick-times.ts";

/**
 * Chooses and issues commands from event to event: `run(tick)` need only be called at `nextTick` and where a request
 * came in, and does what the controller of hardware.md 5.1 and 5.2 does at that tick. `runReads` does the same, faster,
 * while there are neither writes nor refreshes.
 */
export class EventController extends ControllerState {
  /** Chooses and issues at every tick up to `tick` in which something happens, and sets `nextTick`. */
  runUntil(tick: number): void {
    while (this.nextTick <= tick) {
      if (this.isReadsOnly()) runReads(this, tick, false);
      else this.run(this.nextTick);
    }
  }

  /** The same, but stops after the tick in which the read queue lost an entry: that tick, or `tick`. */
  runWhileFull(tick: number): number {
    const { reads } = this;
    const { count } = reads;
    while (this.nextTick <= tick) {
      let present = this.nextTick;
      if (this.isReadsOnly()) present = runReads(this, tick, true);
      else this.run(present);
      if (reads.count !== count) return present;
    }
    return tick;
  }

  private isReadsOnly(): boolean {
    return (
      this.timing.suitsReadLoop &&
      this.writes.count === 0 &&
      this.activeWrites === 0 &&
      this.refreshes.length === 0 &&
      this.nextTick < this.nextRefreshTick
    );
  }

  private run(tick: number): void {
    this.timing.catchUp();
    this.timing.advance(tick);
    if (tick >= this.nextRefreshTick) this.requestRefreshes();
    if (this.isShared) this.chooseOne(tick);
    else this.chooseTwo(tick);
  }

  /** hardware.md 5.1, step 4: one command for all. */
  private chooseOne(tick: number): void {
    const active = this.readyActive(tick);
    if (active !== 0) {
      this.serveActive(oldestBank(active, this.activeBanks, HEAD_AGE), tick);
      this.nextTick = tick + 1;
      return;
    }
    if (this.refreshes.length > 0) {
      this.serveRefresh(tick);
      this.nextTick = tick + 1;
      return;
    }
    if (this.hasWrites || this.isWriteMode || this.reads.count === 0) this.setWriteMode();
    const queue = this.isWriteMode ? this.writes : this.reads;
    const { banks } = queue;
    const column = this.isWriteMode ? WRITE : READ;
    const hit = oldestBank(this.timing.ready(column, queue.hit, tick), banks, HIT_AGE);
    const closing = this.oldestClosing(queue, tick);
    const opening = this.oldestOpening(queue, tick);
    const hitAge = ageOf(banks, hit, HIT_AGE);
    const closingAge = ageOf(banks, closing, MISS_AGE);
    const openingAge = ageOf(banks, opening, HEAD_AGE);
    const best = Math.min(hitAge, closingAge, openingAge);
    this.nextTick = best === NEVER ? this.nextEvent(tick, queue) : tick + 1;
    if (best === NEVER) return;
    if (best === hitAge) this.column(column, hit, queue.removeHit(hit), tick);
    else if (best === closingAge) this.precharge(queue, closing, tick);
    else this.activate(queue, opening, tick);
  }

  /** hardware.md 5.2: a column command, then a row command on the state that it left. */
  private chooseTwo(tick: number): void {
    const isRefreshing = this.refreshes.length > 0;
    if (!isRefreshing) this.setWriteMode();
    const queue = this.isWriteMode ? this.writes : this.reads;
    const active = this.readyActive(tick);
    let isIdle = true;
    if (active !== 0) {
      this.serveActive(oldestBank(active, this.activeBanks, HEAD_AGE), tick);
      isIdle = false;
    } else if (!isRefreshing && queue.hit !== 0) {
      const column = this.isWriteMode ? WRITE : READ;
      const bank = oldestBank(this.timing.ready(column, queue.hit, tick), queue.banks, HIT_AGE);
      if (bank >= 0) {
        this.column(column, bank, queue.removeHit(bank), tick);
        isIdle = false;
      }
    }
    if (isRefreshing) {
      this.serveRefresh(tick);
      this.nextTick = tick + 1;
      return;
    }
    const closing = this.oldestClosing(queue, tick);
    const opening = this.oldestOpening(queue, tick);
    if (closing < 0 && opening < 0) {
      this.nextTick = isIdle ? this.nextEvent(tick, queue) : tick + 1;
      return;
    }
    this.nextTick = tick + 1;
    if (
      opening >= 0 &&
      (closing < 0 ||
        queue.banks[(opening << BANK_RECORD_SHIFT) + HEAD_AGE]! <
          queue.banks[(closing << BANK_RECORD_SHIFT) + MISS_AGE]!)
    )
      this.activate(queue, opening, tick);
    else this.precharge(queue, closing, tick);
  }

  private readyActive(tick: number): number {
    let ready = 0;
    if (this.activeReads !== 0) ready = this.timing.ready(READ, this.activeReads, tick);
    if (this.activeWrites !== 0) ready |= this.timing.ready(WRITE, this.activeWrites, tick);
    return ready;
  }

  /** Banks whose oldest miss may close them. */
  private closable(queue: RequestQueue): number {
    return this.passesOver ? queue.miss & ~(this.activeReads | this.activeWrites) : queue.miss;
  }

  private oldestClosing(queue: RequestQueue, tick: number): number {
    return oldestBank(this.timing.ready(PRECHARGE, this.closable(queue), tick), queue.banks, MISS_AGE);
  }

  private oldestOpening(queue: RequestQueue, tick: number): number {
    return oldestBank(this.timing.ready(ACTIVATE, queue.closed, tick), queue.banks, HEAD_AGE);
  }

  /** Nothing was ready: when something may be. */
  private nextEvent(tick: number, queue: RequestQueue): number {
    const { timing } = this;
    if (this.hasWrites && this.wouldChangeMode()) return tick + 1;
    const reads = this.activeReads | (this.isWriteMode ? 0 : queue.hit);
    const writes = this.activeWrites | (this.isWriteMode ? queue.hit : 0);
    const misses = this.closable(queue);
    let next = this.nextRefreshTick;
    // Those that only wait for a bus are the nearest, and shorten the search of the others.
    if (misses !== 0) next = timing.nextTick(PRECHARGE, misses, tick, next);
    if (reads !== 0) next = timing.nextTick(READ, reads, tick, next);
    if (writes !== 0) next = timing.nextTick(WRITE, writes, tick, next);
    if (queue.closed !== 0) next = timing.nextTick(ACTIVATE, queue.closed, tick, next);
    return next;
  }

  private setWriteMode(): void {
    if (this.wouldChangeMode()) this.isWriteMode = !this.isWriteMode;
  }

  private wouldChangeMode(): boolean {
    const { reads, writes } = this;
    return this.isWriteMode
      ? writes.count < this.writeLowWatermark && reads.count > 0
      : writes.count > this.writeHighWatermark || reads.count === 0;
  }

  private activate(queue: RequestQueue, bank: number, tick: number): void {
    const slot = queue.removeHead(bank);
    const row = this.data[slot + ROW]!;
    this.timing.issueActivate(bank, tick);
    this.issued[ACTIVATE]!++;
    this.ledger?.activate(bank, bank >> this.pseudoChannelShift, tick);
    this.openRow[bank] = row;
    this.activeSlot[bank] = slot;
    this.activeBanks[(bank << BANK_RECORD_SHIFT) + HEAD_AGE] = this.data[slot + ACCEPTED]!;
    if (queue === this.reads) this.activeReads |= 1 << bank;
    else this.activeWrites |= 1 << bank;
    this.reads.opened(bank, row);
    if (this.hasWrites) this.writes.opened(bank, row);
    if (this.observer !== undefined) this.tell(ACTIVATE, bank, slot, tick);
  }

  /** A precharge is held back while an activated request of its bank waits; the tick is lost. */
  private precharge(queue: RequestQueue, bank: number, tick: number): void {
    if ((((this.activeReads | this.activeWrites) >>> bank) & 1) !== 0) {
      this.deadTicks++;
      return;
    }
    if (this.observer !== undefined) this.tell(PRECHARGE, bank, queue.oldestMiss(bank), tick);
    this.timing.issuePrecharge(bank, tick);
    this.issued[PRECHARGE]!++;
    this.ledger?.precharge(bank, tick);
    this.close(bank);
  }

  private close(bank: number): void {
    this.openRow[bank] = CLOSED;
    this.reads.closedBank(bank);
    if (this.hasWrites) this.writes.closedBank(bank);
  }

  private serveActive(bank: number, tick: number): void {
    const bit = 1 << bank;
    const column = (this.activeReads & bit) !== 0 ? READ : WRITE;
    this.activeReads &= ~bit;
    this.activeWrites &= ~bit;
    this.column(column, bank, this.activeSlot[bank]!, tick);
  }

  private column(column: number, bank: number, slot: number, tick: number): void {
    if (column === READ) {
      this.timing.issueRead(bank, tick);
      this.serveRead(bank, slot, tick);
      return;
    }
    if (this.observer !== undefined) this.tell(WRITE, bank, slot, tick);
    this.timing.issueOther(WRITE, bank, tick);
    this.issued[WRITE]!++;
    this.ledger?.column(bank, bank >> this.pseudoChannelShift, tick, 1);
    this.lastWriteTick = tick;
    this.slots.release(slot);
  }

  /** All of a read but its effects on others. */
  serveRead(bank: number, slot: number, tick: number): void {
    const { data } = this;
    // Literals, as in `read-loop.ts`.
    const read: typeof READ = 2;
    const tag: typeof TAG = 2;
    const accepted: typeof ACCEPTED = 3;
    const bus = bank >> this.pseudoChannelShift;
    if (this.observer !== undefined) this.tell(read, bank, slot, tick);
    this.issued[read]!++;
    this.timing.lastTick[(read << 1) + bus] = tick;
    this.ledger?.column(bank, bus, tick, 0);
    this.responses.add(tick + this.readLatencyCycles, data[slot + tag]!, data[slot + accepted]!);
    this.slots.release(slot);
  }

  private requestRefreshes(): void {
    this.nextRefreshTick += this.refreshIntervalCycles;
    for (let index = 0; index < this.busCount; index++) this.refreshes.push(index);
  }

  /** Only the head: close its banks, then refresh them. */
  private serveRefresh(tick: number): void {
    const pseudoChannel = this.refreshes[0]!;
    const first = pseudoChannel * this.banksPerPseudoChannel;
    const end = first + this.banksPerPseudoChannel;
    let isOpen = false;
    for (let bank = first; bank < end; bank++) {
      if (((this.activeReads | this.activeWrites) >>> bank) & 1) return;
      if (this.openRow[bank] !== CLOSED) isOpen = true;
    }
    const command = isOpen ? PRECHARGE_ALL : REFRESH_ALL;
    if (this.timing.laneReadyTick(command, pseudoChannel) > tick) return;
    this.timing.issueOther(command, first, tick);
    this.issued[command]!++;
    this.observer?.command(this.originTick + tick, command, first, -1, -1);
    if (isOpen) for (let bank = first; bank < end; bank++) this.close(bank);
    else {
      this.refreshes.shift();
      this.ledger?.refresh(pseudoChannel, tick);
    }
  }

  /** Tells the observer of a command that serves a request. */
  tell(command: number, bank: number, slot: number, tick: number): void {
    const { data } = this;
    this.observer?.command(this.originTick + tick, command, bank, data[slot + ROW]!, data[slot + COLUMN]!);
  }
}

function ageOf(banks: Int32Array, bank: number, age: number): number {
  return bank < 0 ? NEVER : banks[(bank << BANK_RECORD_SHIFT) + age]!;
}
