import { type AddressBits, addressField } from "./address-maps.ts";
import { BankTiming } from "./bank-timing.ts";
import {
  ACTIVATE,
  COMMAND_COUNT,
  type DramObserver,
  PRECHARGE,
  PRECHARGE_ALL,
  READ,
  REFRESH_ALL,
  WRITE,
} from "./commands.ts";
import type { CompiledDevice } from "./compile-device.ts";
import { LostCycleLedger } from "./lost-cycles.ts";
import { oldestBank, RequestQueue, RequestSlots } from "./request-queue.ts";
import { ResponseQueue } from "./response-queue.ts";
import { FAR_PAST, NEVER, shift, shifted } from "./tick-times.ts";

const CLOSED = -1;

/**
 * Chooses and issues commands from event to event: `run(tick)` need only be called at `nextTick` and where a request
 * came in, and does what the controller of hardware.md 5.1 and 5.2 does at that tick. Times are small integers that
 * count from an origin which `rebase` moves.
 */
export class EventController {
  readonly reads: RequestQueue;
  readonly writes: RequestQueue;
  readonly responses: ResponseQueue;
  readonly ledger: LostCycleLedger;
  readonly issued = new Float64Array(COMMAND_COUNT);
  observer: DramObserver | undefined;
  forwardedReads = 0;
  /** Of the last write that was issued. */
  lastWriteTick = FAR_PAST;
  deadTicks = 0;
  /** At no earlier tick anything happens, unless a request comes in. */
  nextTick = NEVER;
  /** Tick 0 of the present origin, since the start. */
  originTick = 0;
  private readonly readQueueEntries: number;
  private readonly writeQueueEntries: number;
  private readonly timing: BankTiming;
  private readonly slots: RequestSlots;
  private readonly openRow = new Int32Array(32).fill(CLOSED);
  /** Banks with an activated request that waits for its column command, and that request. */
  private activeReads = 0;
  private activeWrites = 0;
  private readonly activeSlot = new Int32Array(32);
  private readonly activeAge = new Int32Array(32);
  private isWriteMode = false;
  private hasWrites = false;
  private readonly address: AddressBits;
  private readonly pseudoChannelShift: number;
  private readonly groupBits: number;
  private readonly bankBits: number;
  private readonly columnMask: number;
  private readonly readLatencyCycles: number;
  private readonly isShared: boolean;
  private readonly passesOver: boolean;
  private readonly writeHighWatermark: number;
  private readonly writeLowWatermark: number;
  readonly busCount: number;
  private readonly banksPerPseudoChannel: number;
  private readonly refreshIntervalCycles: number;
  private nextRefreshTick: number;
  /** Pseudo channels that wait for a refresh, oldest first, as a ring. */
  private readonly refreshes: number[] = [];

  constructor(compiled: CompiledDevice, observer?: DramObserver) {
    const { controller, organization } = compiled.device;
    this.observer = observer;
    this.timing = new BankTiming(compiled);
    this.readQueueEntries = controller.readQueueEntries;
    this.writeQueueEntries = controller.writeQueueEntries;
    this.slots = new RequestSlots(this.readQueueEntries + this.writeQueueEntries + compiled.bankCount);
    this.reads = new RequestQueue(this.slots, this.openRow);
    this.writes = new RequestQueue(this.slots, this.openRow);
    this.responses = new ResponseQueue(controller.completionsPerTick === "one");
    this.ledger = new LostCycleLedger(compiled);
    this.address = compiled.address;
    this.pseudoChannelShift = Math.log2(compiled.banksPerPseudoChannel);
    this.bankBits = Math.log2(compiled.banksPerGroup);
    this.groupBits = this.pseudoChannelShift - this.bankBits;
    this.columnMask = -(organization.accessBytes / organization.columnAddressBytes);
    this.readLatencyCycles = compiled.readLatencyCycles;
    this.isShared = controller.commandBus === "shared";
    this.passesOver = controller.heldPrecharge === "is-passed-over";
    this.writeHighWatermark = controller.writeHighWatermark;
    this.writeLowWatermark = controller.writeLowWatermark;
    this.busCount = compiled.pseudoChannelCount;
    this.banksPerPseudoChannel = compiled.banksPerPseudoChannel;
    this.refreshIntervalCycles = compiled.refreshIntervalCycles;
    this.nextRefreshTick = this.refreshIntervalCycles === 0 ? NEVER : this.refreshIntervalCycles;
    this.nextTick = this.nextRefreshTick;
  }

  /** True when a read can be accepted; one that a queued write answers needs no place. */
  hasReadRoom(localAddress: number): boolean {
    return (
      this.reads.count < this.readQueueEntries || (this.writes.count > 0 && this.isForwarded(localAddress))
    );
  }

  hasWriteRoom(): boolean {
    return this.writes.count < this.writeQueueEntries;
  }

  /** A read enters the queue, which has room, in the cycle before `tick`. */
  acceptRead(localAddress: number, tag: number, tick: number): void {
    const bank = this.bankOf(localAddress);
    const row = addressField(localAddress, this.address.row);
    const column = addressField(localAddress, this.address.column);
    this.observer?.accepted(this.originTick + tick - 1, tag);
    if (this.writes.count > 0 && this.isForwarded(localAddress)) {
      this.forwardedReads++;
      this.responses.add(tick, tag, tick - 1);
      return;
    }
    this.ledger.arrived(bank >> this.pseudoChannelShift, tick);
    const isCandidate = this.reads.add(bank, row, column, tag, tick - 1);
    if ((isCandidate || this.hasWrites) && tick < this.nextTick) this.nextTick = tick;
  }

  /** A write enters its queue, which has room. */
  acceptWrite(localAddress: number, tick: number): void {
    const bank = this.bankOf(localAddress);
    this.hasWrites = true;
    this.observer?.accepted(this.originTick + tick - 1, -1);
    this.ledger.arrived(bank >> this.pseudoChannelShift, tick);
    const row = addressField(localAddress, this.address.row);
    this.writes.add(bank, row, addressField(localAddress, this.address.column), -1, tick - 1);
    if (tick < this.nextTick) this.nextTick = tick;
  }

  /** Chooses and issues at `tick`, and sets `nextTick`. */
  run(tick: number): void {
    this.timing.advance(tick);
    if (tick >= this.nextRefreshTick) this.requestRefreshes();
    if (this.isShared) this.chooseOne(tick);
    else this.chooseTwo(tick);
  }

  /** Runs every tick up to `tick` in which something happens. */
  runUntil(tick: number): void {
    while (this.nextTick <= tick) this.run(this.nextTick);
  }

  /** The same, but stops after the tick in which the read queue lost an entry: that tick, or `tick`. */
  runWhileFull(tick: number): number {
    const { reads } = this;
    const { count } = reads;
    while (this.nextTick <= tick) {
      const present = this.nextTick;
      this.run(present);
      if (reads.count !== count) return present;
    }
    return tick;
  }

  /** Shifts the origin of time by a multiple of `RING_TICKS`, so that ticks stay small integers. */
  rebase(shiftTicks: number): void {
    this.originTick += shiftTicks;
    this.lastWriteTick = shifted(this.lastWriteTick, shiftTicks);
    this.nextTick = shifted(this.nextTick, shiftTicks);
    this.nextRefreshTick = shifted(this.nextRefreshTick, shiftTicks);
    shift(this.activeAge, shiftTicks);
    for (const part of [this.timing, this.slots, this.reads, this.writes, this.responses, this.ledger])
      part.rebase(shiftTicks);
  }

  private isForwarded(localAddress: number): boolean {
    const { row, column } = this.address;
    const bank = this.bankOf(localAddress);
    return this.writes.holds(
      bank,
      addressField(localAddress, row),
      addressField(localAddress, column),
      this.columnMask,
    );
  }

  private bankOf(localAddress: number): number {
    const { pseudoChannel, bankGroup, bank } = this.address;
    const group =
      (addressField(localAddress, pseudoChannel) << this.groupBits) | addressField(localAddress, bankGroup);
    return (group << this.bankBits) | addressField(localAddress, bank);
  }

  /** hardware.md 5.1, step 4: one command for all. */
  private chooseOne(tick: number): void {
    const active = this.readyActive(tick);
    if (active !== 0) {
      this.serveActive(oldestBank(active, this.activeAge), tick);
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
    const { hit, miss, closed } = queue;
    let best = NEVER;
    let bank = -1;
    let command = ACTIVATE;
    if (hit !== 0) {
      const column = this.isWriteMode ? WRITE : READ;
      for (let rest = this.timing.ready(column, hit, tick); rest !== 0; rest &= rest - 1) {
        const candidate = 31 - Math.clz32(rest & -rest);
        const age = queue.hitAge[candidate]!;
        if (age < best) {
          best = age;
          bank = candidate;
          command = column;
        }
      }
    }
    if (miss !== 0) {
      const ready = this.timing.ready(PRECHARGE, this.closable(queue), tick);
      if (ready !== 0) {
        const candidate = queue.oldestMissOf(ready);
        const age = queue.missAge[candidate]!;
        if (age < best) {
          best = age;
          bank = candidate;
          command = PRECHARGE;
        }
      }
    }
    if (closed !== 0) {
      for (let rest = this.timing.ready(ACTIVATE, queue.closed, tick); rest !== 0; rest &= rest - 1) {
        const candidate = 31 - Math.clz32(rest & -rest);
        const age = queue.headAge[candidate]!;
        if (age < best) {
          best = age;
          bank = candidate;
          command = ACTIVATE;
        }
      }
    }
    if (bank < 0) {
      this.nextTick = this.nextEvent(tick, queue);
      return;
    }
    this.nextTick = tick + 1;
    if (command === ACTIVATE) this.activate(queue, bank, tick);
    else if (command !== PRECHARGE) this.serveHit(queue, command, bank, tick);
    else this.precharge(queue, bank, tick);
  }

  /** hardware.md 5.2: a column command, then a row command on the state that it left. */
  private chooseTwo(tick: number): void {
    const isRefreshing = this.refreshes.length > 0;
    if (!isRefreshing) this.setWriteMode();
    const queue = this.isWriteMode ? this.writes : this.reads;
    const active = this.readyActive(tick);
    let isIdle = true;
    if (active !== 0) {
      this.serveActive(oldestBank(active, this.activeAge), tick);
      isIdle = false;
    } else if (!isRefreshing && queue.hit !== 0) {
      const column = this.isWriteMode ? WRITE : READ;
      const bank = oldestBank(this.timing.ready(column, queue.hit, tick), queue.hitAge);
      if (bank >= 0) {
        this.serveHit(queue, column, bank, tick);
        isIdle = false;
      }
    }
    if (isRefreshing) {
      this.serveRefresh(tick);
      this.nextTick = tick + 1;
      return;
    }
    const closing =
      queue.miss === 0 ? -1 : queue.oldestMissOf(this.timing.ready(PRECHARGE, this.closable(queue), tick));
    const opening =
      queue.closed === 0 ? -1 : oldestBank(this.timing.ready(ACTIVATE, queue.closed, tick), queue.headAge);
    if (closing < 0 && opening < 0) {
      this.nextTick = isIdle ? this.nextEvent(tick, queue) : tick + 1;
      return;
    }
    this.nextTick = tick + 1;
    if (opening >= 0 && (closing < 0 || queue.headAge[opening]! < queue.missAge[closing]!))
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
    const slot = queue.headSlot(bank);
    const row = this.slots.row[slot]!;
    this.timing.issueActivate(bank, tick);
    this.issued[ACTIVATE]!++;
    this.ledger.activate(bank, bank >> this.pseudoChannelShift, tick);
    this.openRow[bank] = row;
    queue.remove(bank, slot);
    this.activeSlot[bank] = slot;
    this.activeAge[bank] = this.slots.accepted[slot]!;
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
    this.ledger.precharge(bank, tick);
    this.close(bank);
  }

  private close(bank: number): void {
    this.openRow[bank] = CLOSED;
    this.reads.closedBank(bank);
    if (this.hasWrites) this.writes.closedBank(bank);
  }

  private serveHit(queue: RequestQueue, column: number, bank: number, tick: number): void {
    const slot = queue.oldestHit(bank);
    queue.removeHit(bank, slot);
    this.column(column, bank, slot, tick);
  }

  private serveActive(bank: number, tick: number): void {
    const bit = 1 << bank;
    const column = (this.activeReads & bit) !== 0 ? READ : WRITE;
    this.activeReads &= ~bit;
    this.activeWrites &= ~bit;
    this.column(column, bank, this.activeSlot[bank]!, tick);
  }

  private column(column: number, bank: number, slot: number, tick: number): void {
    if (this.observer !== undefined) this.tell(column, bank, slot, tick);
    if (column === READ) this.timing.issueRead(bank, tick);
    else this.timing.issueOther(WRITE, bank, tick);
    this.issued[column]!++;
    this.ledger.column(bank, bank >> this.pseudoChannelShift, tick, column === WRITE ? 1 : 0);
    if (column === WRITE) this.lastWriteTick = tick;
    else {
      this.responses.add(tick + this.readLatencyCycles, this.slots.tag[slot]!, this.slots.accepted[slot]!);
    }
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
      this.ledger.refresh(pseudoChannel, tick);
    }
  }

  private tell(command: number, bank: number, slot: number, tick: number): void {
    const { row, column } = this.slots;
    this.observer?.command(this.originTick + tick, command, bank, row[slot]!, column[slot]!);
  }
}
