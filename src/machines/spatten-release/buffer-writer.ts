import type { BufferMemory } from "./buffer-memory.ts";
import type { BufferReader } from "./buffer-reader.ts";
import { SkidRegister } from "./skid-register.ts";
import type { StateWriter } from "./state-writer.ts";

const EMPTY = 0;
const DATA = 1;
const LAST_DATA = 2;

/** A port: its data register, its descriptor (where the lines of a matrix go, and the tag beside them), its S+R. */
class Port {
  data = EMPTY;
  isDescribed = false;
  line = 0;
  step = 1;
  remaining = 0;
  tag = 0;
  readonly skid = new SkidRegister();
}

/** A bank: the port shown and not accepted, or -1; the port shown last; the item of its register, or -1. */
interface Bank {
  shownPort: number;
  lastPort: number;
  item: number;
}

const createBank = (): Bank => ({ shownPort: -1, lastPort: 1, item: -1 });

/**
 * Write side of a buffer, hardware.md 4.3.12, and the write descriptors of 4.2.3a and 4.2.4: two ports, each data R →
 * S+R → bank arbiter → bank R → RAM.
 */
export class BufferWriter {
  private readonly memory: BufferMemory;
  private readonly first = new Port();
  private readonly second = new Port();
  private readonly even = createBank();
  private readonly odd = createBank();
  /** Data, S+R and bank registers that hold something. */
  private itemCount = 0;

  constructor(memory: BufferMemory) {
    this.memory = memory;
  }

  /** Data for a port from the realign stage; false if its register is full. */
  take(port: number, isLast: boolean): boolean {
    const taker = port === 0 ? this.first : this.second;
    if (taker.data !== EMPTY) return false;
    taker.data = isLast ? LAST_DATA : DATA;
    this.itemCount++;
    return true;
  }

  /** A write descriptor for a port; false while the port is busy with the matrix before. */
  describeWrite(port: number, line: number, step: number, lineCount: number, tag: number): boolean {
    const descriptor = port === 0 ? this.first : this.second;
    if (descriptor.isDescribed) return false;
    descriptor.isDescribed = true;
    descriptor.line = line % this.memory.lineCount;
    descriptor.step = step;
    descriptor.remaining = lineCount;
    descriptor.tag = tag;
    return true;
  }

  get isEmpty(): boolean {
    return this.itemCount === 0;
  }

  step(cycle: number): void {
    if (this.itemCount > 0) this.move(cycle);
  }

  /** What the next cycles depend on; lines and tags count from those of the reader. */
  writeState(state: StateWriter, reader: BufferReader): void {
    const { referenceLine, referenceTag } = reader;
    const { even, odd, first, second } = this;
    for (const port of [first, second]) {
      state.put(port.data, port.isDescribed);
      if (!port.isDescribed) continue;
      state.put(this.memory.linesFrom(referenceLine, port.line), port.step, port.remaining);
      state.put(this.memory.tagsFrom(referenceTag, port.tag));
    }
    const items = [first, second].flatMap(({ skid }) => [skid.item, skid.waiting]);
    for (const item of [...items, even.item, odd.item]) {
      state.put(item < 0);
      if (item >= 0) this.memory.writeItem(state, item, referenceLine, referenceTag);
    }
    for (const bank of [even, odd]) state.put(bank.shownPort, bank.lastPort);
    state.put(this.itemCount);
  }

  describe(): string {
    const ports = [this.first, this.second].map(({ isDescribed, remaining }) =>
      isDescribed ? `${remaining} lines to come` : "no descriptor",
    );
    return `ports: ${ports.join(", ")}; ${this.itemCount} registers full`;
  }

  private move(cycle: number): void {
    const { even, odd, first, second } = this;
    if (cycle >= this.memory.firstCycle) {
      if (even.item >= 0) this.writeRam(even);
      if (odd.item >= 0) this.writeRam(odd);
    }
    if (first.skid.item >= 0 || second.skid.item >= 0) {
      this.arbitrate(even, 0);
      this.arbitrate(odd, 1);
    }
    if (first.data !== EMPTY) this.takeData(first);
    if (second.data !== EMPTY) this.takeData(second);
    first.skid.settle();
    second.skid.settle();
  }

  private writeRam(bank: Bank): void {
    this.memory.write(bank.item);
    bank.item = -1;
    this.itemCount--;
  }

  private arbitrate(bank: Bank, parity: number): void {
    let port = bank.shownPort;
    if (port < 0) {
      const next = 1 - bank.lastPort;
      port = this.wants(next, parity) ? next : this.wants(1 - next, parity) ? 1 - next : -1;
    }
    if (port < 0) return;
    bank.lastPort = port;
    if (bank.item >= 0) {
      bank.shownPort = port;
      return;
    }
    const { skid } = port === 0 ? this.first : this.second;
    bank.shownPort = -1;
    bank.item = skid.item;
    skid.item = -1;
  }

  private wants(port: number, parity: number): boolean {
    const { item } = (port === 0 ? this.first : this.second).skid;
    return item >= 0 && (item & 1) === parity;
  }

  private takeData(port: Port): void {
    if (!port.isDescribed) return;
    if (port.remaining > 0) {
      if (!port.skid.canTake) return;
      port.skid.take(this.memory.itemOf(port.line, port.tag));
      const line = port.line + port.step;
      port.line = line < this.memory.lineCount ? line : line - this.memory.lineCount;
      port.remaining--;
    } else {
      // Beyond the descriptor's size: thrown.
      this.itemCount--;
    }
    if (port.data === LAST_DATA) port.isDescribed = false;
    port.data = EMPTY;
  }
}
