import { AddressDecoder } from "./address-decoder.ts";
import { BankTiming } from "./bank-timing.ts";
import { COMMAND_COUNT, type DramObserver } from "./commands.ts";
import type { CompiledDevice } from "./compile-device.ts";
import { LostCycleLedger } from "./lost-cycles.ts";
import { BANK_RECORD_SHIFT, RequestQueue, RequestSlots } from "./request-queue.ts";
import { ResponseQueue } from "./response-queue.ts";
import { FAR_PAST, NEVER, shift, shifted } from "./tick-times.ts";

/** The open row of a bank that has none. */
export const CLOSED = -1;

/** All that a controller knows, and how requests come in. Times are ticks from an origin that `rebase` moves. */
export class ControllerState {
  readonly reads: RequestQueue;
  readonly writes: RequestQueue;
  readonly responses: ResponseQueue;
  /** Why the data buses lost cycles, where somebody asks. */
  readonly ledger: LostCycleLedger | undefined;
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
  readonly readQueueEntries: number;
  protected readonly writeQueueEntries: number;
  readonly timing: BankTiming;
  readonly slots: RequestSlots;
  readonly data: Int32Array;
  readonly openRow = new Int32Array(32).fill(CLOSED);
  /** Banks with an activated request that waits for its column command, and that request. */
  activeReads = 0;
  protected activeWrites = 0;
  readonly activeSlot = new Int32Array(32);
  /** Laid out as a queue's records. */
  readonly activeBanks = new Int32Array(32 << BANK_RECORD_SHIFT);
  isWriteMode = false;
  protected hasWrites = false;
  protected readonly decoder: AddressDecoder;
  readonly pseudoChannelShift: number;
  protected readonly columnMask: number;
  protected readonly readLatencyCycles: number;
  readonly isShared: boolean;
  readonly passesOver: boolean;
  protected readonly writeHighWatermark: number;
  protected readonly writeLowWatermark: number;
  readonly busCount: number;
  protected readonly banksPerPseudoChannel: number;
  protected readonly refreshIntervalCycles: number;
  nextRefreshTick: number;
  /** Pseudo channels that wait for a refresh, oldest first, as a ring. */
  protected readonly refreshes: number[] = [];

  constructor(compiled: CompiledDevice, observer?: DramObserver, countsLostCycles = false) {
    const { controller, organization } = compiled.device;
    this.observer = observer;
    this.timing = new BankTiming(compiled);
    this.readQueueEntries = controller.readQueueEntries;
    this.writeQueueEntries = controller.writeQueueEntries;
    this.slots = new RequestSlots(this.readQueueEntries + this.writeQueueEntries + compiled.bankCount);
    this.data = this.slots.data;
    this.reads = new RequestQueue(this.slots, this.openRow);
    this.writes = new RequestQueue(this.slots, this.openRow);
    this.responses = new ResponseQueue(controller.completionsPerTick === "one");
    this.ledger = countsLostCycles ? new LostCycleLedger(compiled) : undefined;
    this.decoder = new AddressDecoder(compiled);
    this.pseudoChannelShift = Math.log2(compiled.banksPerPseudoChannel);
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
    const bank = this.decoder.bank(localAddress);
    const row = this.decoder.row(localAddress);
    const column = this.decoder.column(localAddress);
    this.observer?.accepted(this.originTick + tick - 1, tag);
    if (this.writes.count > 0 && this.isForwarded(localAddress)) {
      this.forwardedReads++;
      this.responses.add(tick, tag, tick - 1);
      return;
    }
    this.ledger?.arrived(bank >> this.pseudoChannelShift, tick);
    const isCandidate = this.reads.add(bank, row, column, tag, tick - 1);
    if ((isCandidate || this.hasWrites) && tick < this.nextTick) this.nextTick = tick;
  }

  /** A write enters its queue, which has room. */
  acceptWrite(localAddress: number, tick: number): void {
    const bank = this.decoder.bank(localAddress);
    this.hasWrites = true;
    this.observer?.accepted(this.originTick + tick - 1, -1);
    this.ledger?.arrived(bank >> this.pseudoChannelShift, tick);
    const row = this.decoder.row(localAddress);
    this.writes.add(bank, row, this.decoder.column(localAddress), -1, tick - 1);
    if (tick < this.nextTick) this.nextTick = tick;
  }

  /** Shifts the origin of time by a multiple of `RING_TICKS`, so that ticks stay small integers. */
  rebase(shiftTicks: number): void {
    this.originTick += shiftTicks;
    this.lastWriteTick = shifted(this.lastWriteTick, shiftTicks);
    this.nextTick = shifted(this.nextTick, shiftTicks);
    this.nextRefreshTick = shifted(this.nextRefreshTick, shiftTicks);
    shift(this.activeBanks, shiftTicks);
    for (const part of [this.timing, this.slots, this.reads, this.writes, this.responses, this.ledger])
      part?.rebase(shiftTicks);
  }

  protected isForwarded(localAddress: number): boolean {
    const { decoder } = this;
    const bank = decoder.bank(localAddress);
    return this.writes.holds(bank, decoder.row(localAddress), decoder.column(localAddress), this.columnMask);
  }
}
