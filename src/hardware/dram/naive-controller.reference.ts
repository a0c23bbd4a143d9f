import { addressField } from "./address-maps.ts";
import {
  ACTIVATE,
  type DramObserver,
  PRECHARGE,
  PRECHARGE_ALL,
  READ,
  REFRESH_ALL,
  WRITE,
} from "./commands.ts";
import {
  BANK_GROUP_LEVEL,
  CHANNEL_LEVEL,
  type CompiledDevice,
  PSEUDO_CHANNEL_LEVEL,
} from "./compile-device.ts";
import type { DramChannel, DramCounters } from "./dram-channel.ts";
import { countersOf } from "./dram-counters.ts";
import { LostCycleLedger } from "./lost-cycles.ts";

interface Request {
  readonly isWrite: boolean;
  readonly access: number;
  readonly tag: number;
  readonly bank: number;
  readonly row: number;
  readonly column: number;
  accepted: number;
}

/** When commands were issued; asks every row of the table anew, each time. */
export class NaiveTiming {
  private readonly compiled: CompiledDevice;
  /** `constraint,node` → ticks of its preceding commands, oldest first. */
  private readonly history = new Map<string, number[]>();

  constructor(compiled: CompiledDevice) {
    this.compiled = compiled;
  }

  /** True when every constraint lets `command` go at `tick`; of a command to a whole pseudo channel, any bank of it. */
  isReady(command: number, bank: number, tick: number): boolean {
    return this.compiled.constraints.every((row, index) => {
      if (!row.following.includes(command)) return true;
      return this.nodes(row.level, command, bank).every((node) => {
        const ticks = this.history.get(`${index},${node}`) ?? [];
        const earlier = ticks.at(-row.window);
        return earlier === undefined || tick >= earlier + row.cycles;
      });
    });
  }

  issue(command: number, bank: number, tick: number): void {
    this.compiled.constraints.forEach((row, index) => {
      if (!row.preceding.includes(command)) return;
      for (const node of this.nodes(row.level, command, bank)) {
        const ticks = this.history.get(`${index},${node}`) ?? [];
        if (ticks.push(tick) > row.window) ticks.shift();
        this.history.set(`${index},${node}`, ticks);
      }
    });
  }

  /** Nodes of a level that a command concerns: one, or all below its pseudo channel. */
  private nodes(level: number, command: number, bank: number): number[] {
    const { banksPerPseudoChannel, banksPerGroup } = this.compiled;
    if (level === CHANNEL_LEVEL) return [0];
    const pseudoChannel = Math.floor(bank / banksPerPseudoChannel);
    if (level === PSEUDO_CHANNEL_LEVEL) return [pseudoChannel];
    const banksPerNode = level === BANK_GROUP_LEVEL ? banksPerGroup : 1;
    if (command < PRECHARGE_ALL) return [Math.floor(bank / banksPerNode)];
    const count = banksPerPseudoChannel / banksPerNode;
    return Array.from({ length: count }, (_, index) => pseudoChannel * count + index);
  }
}

/** The obvious controller: every tick looks at every request and every row of the table (hardware.md 5.1, 5.2). */
export class NaiveDramChannel implements DramChannel {
  cycle = 0;
  outstandingCount = 0;
  private readonly compiled: CompiledDevice;
  private readonly limit: number;
  private readonly observer: DramObserver | undefined;
  private readonly timing: NaiveTiming;
  private readonly ledger: LostCycleLedger;
  private readonly openRows: (number | undefined)[];
  private retry: Request | undefined;
  private readonly reads: Request[] = [];
  private readonly writes: Request[] = [];
  private readonly active: Request[] = [];
  private readonly completions: { readonly request: Request; readonly due: number }[] = [];
  private readonly responses: Request[] = [];
  private readonly refreshes: number[] = [];
  private isWriteMode = false;
  private readonly totals = { issued: [0, 0, 0, 0, 0, 0], forwardedReads: 0, deadTicks: 0 };
  private readonly pops = { poppedReads: 0, latencySumCycles: 0, latencyMaxCycles: 0 };

  constructor(
    compiled: CompiledDevice,
    options: { outstandingLimit?: number | undefined; observer?: DramObserver | undefined } = {},
  ) {
    this.compiled = compiled;
    this.limit = options.outstandingLimit ?? Number.POSITIVE_INFINITY;
    this.observer = options.observer;
    this.timing = new NaiveTiming(compiled);
    this.ledger = new LostCycleLedger(compiled);
    this.openRows = Array.from({ length: compiled.bankCount });
  }

  canPush(): boolean {
    return this.retry === undefined && this.outstandingCount < this.limit;
  }

  push(localAddress: number, tag: number): void {
    this.retry = this.request(localAddress, tag, false);
    this.outstandingCount++;
  }

  canPushWrite(): boolean {
    return this.retry === undefined;
  }

  pushWrite(localAddress: number): void {
    this.retry = this.request(localAddress, -1, true);
  }

  peek(): number {
    return this.responses[0]?.tag ?? -1;
  }

  pop(): number {
    const request = this.responses.shift();
    if (request === undefined) return -1;
    this.outstandingCount--;
    const latency = this.cycle - request.accepted;
    this.pops.poppedReads++;
    this.pops.latencySumCycles += latency;
    this.pops.latencyMaxCycles = Math.max(this.pops.latencyMaxCycles, latency);
    return request.tag;
  }

  tick(): void {
    const tick = this.cycle + 1;
    this.accept(tick);
    this.complete(tick);
    this.requestRefreshes(tick);
    if (this.compiled.device.controller.commandBus === "shared") this.chooseOne(tick);
    else this.chooseTwo(tick);
    this.cycle = tick;
  }

  nextResponseCycle(): number {
    if (this.responses.length > 0) return this.cycle;
    // A read that a write answered may be due already, and still waits for its tick.
    return Math.max(this.completions[0]?.due ?? Number.POSITIVE_INFINITY, this.cycle + 1);
  }

  counters(cycles = this.cycle): DramCounters {
    return countersOf(
      { ...this.totals, busCount: this.compiled.pseudoChannelCount, ledger: this.ledger },
      this.pops,
      cycles,
      0,
    );
  }

  private request(address: number, tag: number, isWrite: boolean): Request {
    const { address: bits, device, banksPerGroup } = this.compiled;
    const pseudoChannel = addressField(address, bits.pseudoChannel);
    const group = pseudoChannel * device.organization.bankGroups + addressField(address, bits.bankGroup);
    return {
      isWrite,
      access: Math.floor(address / device.organization.accessBytes),
      tag,
      bank: group * banksPerGroup + addressField(address, bits.bank),
      row: addressField(address, bits.row),
      column: addressField(address, bits.column),
      accepted: 0,
    };
  }

  private pseudoChannelOf(bank: number): number {
    return Math.floor(bank / this.compiled.banksPerPseudoChannel);
  }

  private accept(tick: number): void {
    const request = this.retry;
    if (request === undefined) return;
    const { readQueueEntries, writeQueueEntries } = this.compiled.device.controller;
    const isForwarded = !request.isWrite && this.writes.some((write) => write.access === request.access);
    const queue = request.isWrite ? this.writes : this.reads;
    if (!isForwarded && queue.length >= (request.isWrite ? writeQueueEntries : readQueueEntries)) return;
    this.retry = undefined;
    request.accepted = this.cycle;
    this.observer?.accepted(this.cycle, request.tag);
    if (isForwarded) {
      this.totals.forwardedReads++;
      this.completions.push({ request, due: tick });
    } else {
      queue.push(request);
      this.ledger.arrived(this.pseudoChannelOf(request.bank), tick);
    }
  }

  private complete(tick: number): void {
    const most = this.compiled.device.controller.completionsPerTick === "one" ? 1 : this.completions.length;
    for (let count = 0; count < most; count++) {
      const first = this.completions[0];
      if (first === undefined || first.due > tick) return;
      this.responses.push(first.request);
      this.completions.shift();
    }
  }

  private requestRefreshes(tick: number): void {
    const { refreshIntervalCycles, pseudoChannelCount } = this.compiled;
    if (refreshIntervalCycles === 0 || tick % refreshIntervalCycles !== 0) return;
    for (let index = 0; index < pseudoChannelCount; index++) this.refreshes.push(index);
  }

  /** hardware.md 5.1, step 4: one command for all. */
  private chooseOne(tick: number): void {
    const active = this.oldestReady(this.active, tick);
    if (active !== undefined) {
      this.serve(active, tick);
      return;
    }
    if (this.refreshes.length > 0) {
      this.serveRefresh(tick);
      return;
    }
    this.setWriteMode();
    const passesOver = this.compiled.device.controller.heldPrecharge === "is-passed-over";
    const best = this.oldestReady(
      this.queue().filter((request) => !passesOver || !this.isHeld(request)),
      tick,
    );
    if (best === undefined) return;
    if (this.isHeld(best)) this.totals.deadTicks++;
    else this.serve(best, tick);
  }

  /** hardware.md 5.2: a column command, then a row command on the state that it left. */
  private chooseTwo(tick: number): void {
    const isRefreshing = this.refreshes.length > 0;
    if (!isRefreshing) this.setWriteMode();
    const isColumn = (request: Request) =>
      this.commandOf(request) === READ || this.commandOf(request) === WRITE;
    const column =
      this.oldestReady(this.active, tick) ??
      (isRefreshing ? undefined : this.oldestReady(this.queue().filter(isColumn), tick));
    if (column !== undefined) this.serve(column, tick);
    if (isRefreshing) {
      this.serveRefresh(tick);
      return;
    }
    const passesOver = this.compiled.device.controller.heldPrecharge === "is-passed-over";
    const row = this.oldestReady(
      this.queue().filter((request) => !isColumn(request) && !(passesOver && this.isHeld(request))),
      tick,
    );
    if (row === undefined) return;
    if (this.isHeld(row)) this.totals.deadTicks++;
    else this.serve(row, tick);
  }

  private queue(): Request[] {
    return this.isWriteMode ? this.writes : this.reads;
  }

  private setWriteMode(): void {
    const { writeHighWatermark, writeLowWatermark } = this.compiled.device.controller;
    if (this.isWriteMode) {
      if (this.writes.length < writeLowWatermark && this.reads.length > 0) this.isWriteMode = false;
    } else if (this.writes.length > writeHighWatermark || this.reads.length === 0) this.isWriteMode = true;
  }

  private commandOf(request: Request): number {
    const row = this.openRows[request.bank];
    if (row === undefined) return ACTIVATE;
    if (row !== request.row) return PRECHARGE;
    return request.isWrite ? WRITE : READ;
  }

  /** A precharge that would close the bank of an activated request. */
  private isHeld(request: Request): boolean {
    return this.commandOf(request) === PRECHARGE && this.active.some((other) => other.bank === request.bank);
  }

  private oldestReady(queue: readonly Request[], tick: number): Request | undefined {
    let best: Request | undefined;
    for (const request of queue) {
      if (best !== undefined && best.accepted < request.accepted) continue;
      if (this.timing.isReady(this.commandOf(request), request.bank, tick)) best = request;
    }
    return best;
  }

  private serve(request: Request, tick: number): void {
    const command = this.commandOf(request);
    const { bank } = request;
    const bus = this.pseudoChannelOf(bank);
    this.issue(command, bank, tick, request);
    if (command === ACTIVATE) {
      this.openRows[bank] = request.row;
      remove(this.queue(), request);
      this.active.push(request);
      this.ledger.activate(bank, bus, tick);
    } else if (command === PRECHARGE) {
      this.openRows[bank] = undefined;
      this.ledger.precharge(bank, tick);
    } else {
      remove(this.active, request);
      remove(request.isWrite ? this.writes : this.reads, request);
      if (!request.isWrite) this.completions.push({ request, due: tick + this.compiled.readLatencyCycles });
      this.ledger.column(bank, bus, tick, request.isWrite ? 1 : 0);
    }
  }

  /** Only the head: close its banks, then refresh them. */
  private serveRefresh(tick: number): void {
    const pseudoChannel = this.refreshes[0]!;
    const first = pseudoChannel * this.compiled.banksPerPseudoChannel;
    const banks = Array.from({ length: this.compiled.banksPerPseudoChannel }, (_, index) => first + index);
    const isOpen = banks.some((bank) => this.openRows[bank] !== undefined);
    const command = isOpen ? PRECHARGE_ALL : REFRESH_ALL;
    if (isOpen && this.active.some((request) => banks.includes(request.bank))) return;
    if (!this.timing.isReady(command, first, tick)) return;
    this.issue(command, first, tick);
    if (isOpen) for (const bank of banks) this.openRows[bank] = undefined;
    else {
      this.refreshes.shift();
      this.ledger.refresh(pseudoChannel, tick);
    }
  }

  private issue(command: number, bank: number, tick: number, request?: Request): void {
    this.timing.issue(command, bank, tick);
    this.totals.issued[command]!++;
    this.observer?.command(tick, command, bank, request?.row ?? -1, request?.column ?? -1);
  }
}

function remove(queue: Request[], request: Request): void {
  const index = queue.indexOf(request);
  if (index >= 0) queue.splice(index, 1);
}
