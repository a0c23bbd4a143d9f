import type { BufferMemory } from "./buffer-memory.ts";
import { SkidRegister } from "./skid-register.ts";

const EMPTY = 0;
const DATA = 1;
const LAST_DATA = 2;

/** Where a port puts the lines of a matrix, and the tag that it leaves beside them. */
interface WriteDescriptor {
  isFull: boolean;
  line: number;
  step: number;
  remaining: number;
  tag: number;
}

/**
 * Write side of a buffer, hardware.md 4.3.12, and the write descriptors of 4.2.3a and 4.2.4: two ports, each data R →
 * S+R → bank arbiter → bank R → RAM.
 */
export class BufferWriter {
  readonly #memory: BufferMemory;
  readonly #data = [EMPTY, EMPTY];
  readonly #descriptors: readonly WriteDescriptor[] = [0, 1].map(() => ({
    isFull: false,
    line: 0,
    step: 1,
    remaining: 0,
    tag: 0,
  }));
  readonly #skids = [new SkidRegister(), new SkidRegister()] as const;
  /** Per bank: port shown and not accepted, or -1; the port shown last; the item of the bank's register, or -1. */
  readonly #shownPorts = [-1, -1];
  readonly #lastPorts = [1, 1];
  readonly #bankItems = [-1, -1];
  /** Data, S+R and bank registers that hold something. */
  #itemCount = 0;

  constructor(memory: BufferMemory) {
    this.#memory = memory;
  }

  /** Data for a port from the realign stage; false if its register is full. */
  take(port: number, isLast: boolean): boolean {
    if (this.#data[port] !== EMPTY) return false;
    this.#data[port] = isLast ? LAST_DATA : DATA;
    this.#itemCount++;
    return true;
  }

  /** A write descriptor for a port; false while the port is busy with the matrix before. */
  describeWrite(port: number, line: number, step: number, lineCount: number, tag: number): boolean {
    const descriptor = this.#descriptors[port]!;
    if (descriptor.isFull) return false;
    descriptor.isFull = true;
    descriptor.line = line % this.#memory.lineCount;
    descriptor.step = step;
    descriptor.remaining = lineCount;
    descriptor.tag = tag;
    return true;
  }

  step(cycle: number): void {
    if (this.#itemCount > 0) this.#move(cycle);
  }

  #move(cycle: number): void {
    for (let bank = 0; bank < 2; bank++) this.#writeRam(bank, cycle);
    for (let bank = 0; bank < 2; bank++) this.#arbitrate(bank);
    for (let port = 0; port < 2; port++) {
      if (this.#data[port] !== EMPTY) this.#takeData(port);
      this.#skids[port]!.settle();
    }
  }

  describe(): string {
    const ports = this.#descriptors.map(({ isFull, remaining }) =>
      isFull ? `${remaining} lines to come` : "no descriptor",
    );
    return `ports: ${ports.join(", ")}; ${this.#itemCount} registers full`;
  }

  #writeRam(bank: number, cycle: number): void {
    const item = this.#bankItems[bank]!;
    if (item < 0 || cycle < this.#memory.firstCycle) return;
    this.#memory.write(item);
    this.#bankItems[bank] = -1;
    this.#itemCount--;
  }

  #arbitrate(bank: number): void {
    let port = this.#shownPorts[bank]!;
    if (port < 0) {
      const next = 1 - this.#lastPorts[bank]!;
      port = this.#wants(next, bank) ? next : this.#wants(1 - next, bank) ? 1 - next : -1;
    }
    if (port < 0) return;
    this.#lastPorts[bank] = port;
    if (this.#bankItems[bank]! >= 0) {
      this.#shownPorts[bank] = port;
      return;
    }
    this.#shownPorts[bank] = -1;
    this.#bankItems[bank] = this.#skids[port]!.item;
    this.#skids[port]!.item = -1;
  }

  #wants(port: number, bank: number): boolean {
    const { item } = this.#skids[port]!;
    return item >= 0 && (item & 1) === bank;
  }

  #takeData(port: number): void {
    const descriptor = this.#descriptors[port]!;
    if (!descriptor.isFull) return;
    if (descriptor.remaining > 0) {
      if (!this.#skids[port]!.canTake) return;
      this.#skids[port]!.take(this.#memory.itemOf(descriptor.line, descriptor.tag));
      descriptor.line = (descriptor.line + descriptor.step) % this.#memory.lineCount;
      descriptor.remaining--;
    } else {
      // Beyond the descriptor's size: thrown.
      this.#itemCount--;
    }
    if (this.#data[port] === LAST_DATA) descriptor.isFull = false;
    this.#data[port] = EMPTY;
  }
}
