import { OUTSTANDING_READ_LIMIT, type ReadChannel, type ReadChannelCounters } from "./read-channel.ts";

const READ_LATENCY_CYCLES = 11;
const NEVER = -1000;

interface Bank {
  readonly pseudoChannel: number;
  readonly group: number;
  openRow: number;
  activateTick: number;
  prechargeTick: number;
  readTick: number;
  hasActiveRead: boolean;
}

interface QueuedRead {
  readonly bank: Bank;
  readonly row: number;
  readonly tag: number;
  isActive: boolean;
}

type Command = "activate" | "precharge" | "read";

/** One channel of hardware.md 5.1, reads only, every tick and every row of its table as written there. */
export class ReferenceReadChannel implements ReadChannel {
  outstandingCount = 0;
  readonly #counters = { reads: 0, activates: 0, precharges: 0 };
  #cycle = 0;
  readonly #banks: readonly Bank[] = Array.from({ length: 32 }, (_, index) => ({
    pseudoChannel: index & 1,
    group: index & 7,
    openRow: -1,
    activateTick: NEVER,
    prechargeTick: NEVER,
    readTick: NEVER,
    hasActiveRead: false,
  }));
  /** In the order of their acceptance, those of the active queue among them. */
  readonly #queue: QueuedRead[] = [];
  readonly #completions: { readonly cycle: number; readonly tag: number }[] = [];
  #activateTick = NEVER;
  /** Last four ACTs of each pseudo channel, the oldest first. */
  readonly #fourActivateTicks = [0, 1].map(() => [NEVER, NEVER, NEVER, NEVER]);
  readonly #groupActivateTicks = new Array<number>(8).fill(NEVER);
  readonly #readTicks = [NEVER, NEVER];

  canPush(): boolean {
    return this.outstandingCount < OUTSTANDING_READ_LIMIT;
  }

  push(localAddress: number, tag: number): void {
    // RoBaRaCoCh: column 4-8, pseudo channel 9, bank group 10-11, bank 12-13, row 14-28.
    const bank = this.#banks[(localAddress >>> 9) & 31]!;
    this.#queue.push({ bank, row: (localAddress >>> 14) & 0x7fff, tag, isActive: false });
    this.outstandingCount++;
  }

  pop(): number {
    const oldest = this.#completions[0];
    if (oldest === undefined || oldest.cycle > this.#cycle) return -1;
    this.#completions.shift();
    this.outstandingCount--;
    return oldest.tag;
  }

  tick(): void {
    const tick = ++this.#cycle;
    const active = this.#queue.find((read) => read.isActive && this.#isReady(read, tick));
    if (active !== undefined) {
      this.#issue(active, tick);
      return;
    }
    const oldest = this.#queue.find((read) => !read.isActive && this.#isReady(read, tick));
    if (oldest === undefined) return;
    // A precharge below an active read is held back, and nothing else is tried.
    if (commandOf(oldest) === "precharge" && oldest.bank.hasActiveRead) return;
    this.#issue(oldest, tick);
  }

  counters(): ReadChannelCounters {
    return { ...this.#counters };
  }

  #isReady(read: QueuedRead, tick: number): boolean {
    const { bank } = read;
    const isAfter = (earlier: number, cycles: number) => tick >= earlier + cycles;
    switch (commandOf(read)) {
      case "activate":
        return (
          isAfter(this.#activateTick, 2) &&
          isAfter(this.#fourActivateTicks[bank.pseudoChannel]![3]!, 2) &&
          isAfter(this.#fourActivateTicks[bank.pseudoChannel]![0]!, 15) &&
          isAfter(this.#groupActivateTicks[bank.group]!, 3) &&
          isAfter(bank.activateTick, 19) &&
          isAfter(bank.prechargeTick, 7)
        );
      case "precharge":
        return isAfter(this.#activateTick, 2) && isAfter(bank.activateTick, 17) && isAfter(bank.readTick, 3);
      case "read":
        return isAfter(bank.activateTick, 7) && isAfter(this.#readTicks[bank.pseudoChannel]!, 4);
    }
  }

  #issue(read: QueuedRead, tick: number): void {
    const { bank } = read;
    switch (commandOf(read)) {
      case "activate": {
        bank.openRow = read.row;
        bank.activateTick = tick;
        bank.hasActiveRead = true;
        read.isActive = true;
        this.#activateTick = tick;
        this.#groupActivateTicks[bank.group] = tick;
        const four = this.#fourActivateTicks[bank.pseudoChannel]!;
        four.shift();
        four.push(tick);
        this.#counters.activates++;
        return;
      }
      case "precharge":
        bank.openRow = -1;
        bank.prechargeTick = tick;
        this.#counters.precharges++;
        return;
      case "read":
        bank.readTick = tick;
        this.#readTicks[bank.pseudoChannel] = tick;
        if (read.isActive) bank.hasActiveRead = false;
        this.#queue.splice(this.#queue.indexOf(read), 1);
        this.#completions.push({ cycle: tick + READ_LATENCY_CYCLES, tag: read.tag });
        this.#counters.reads++;
        return;
    }
  }
}

function commandOf({ bank, row }: QueuedRead): Command {
  if (bank.openRow < 0) return "activate";
  return bank.openRow === row ? "read" : "precharge";
}
