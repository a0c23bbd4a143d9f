import { handshakeFault } from "./handshake.ts";

/**
 * A FIFO at each port of a crossbar, of two whole numbers an item, over typed arrays: registered output, as `Fifo` has
 * it, so a port's two ends may be evaluated in any order.
 */
export class CrossbarPorts {
  readonly portCount: number;
  readonly depth: number;
  readonly fill: Int32Array;
  readonly #first: Int32Array;
  readonly #targets: Int32Array;
  readonly #tags: Float64Array;
  readonly #isPushed: Uint8Array;
  readonly #isPopped: Uint8Array;
  /** Ports that this cycle's edge has to look at. */
  readonly #touched: Int32Array;
  #touchedCount = 0;
  /** Items in all ports at the start of this cycle. */
  totalFill = 0;
  highestFill = 0;

  constructor(portCount: number, depth: number) {
    this.portCount = portCount;
    this.depth = depth;
    this.fill = new Int32Array(portCount);
    this.#first = new Int32Array(portCount);
    this.#targets = new Int32Array(portCount * depth);
    this.#tags = new Float64Array(portCount * depth);
    this.#isPushed = new Uint8Array(portCount);
    this.#isPopped = new Uint8Array(portCount);
    this.#touched = new Int32Array(portCount);
  }

  canPush(port: number): boolean {
    return this.fill[port]! < this.depth && this.#isPushed[port] === 0;
  }

  canPop(port: number): boolean {
    return this.fill[port]! > 0 && this.#isPopped[port] === 0;
  }

  push(port: number, target: number, tag: number): void {
    if (!this.canPush(port)) throw handshakeFault(`push into port ${port}, which cannot take`);
    const place = port * this.depth + ((this.#first[port]! + this.fill[port]!) % this.depth);
    this.#targets[place] = target;
    this.#tags[place] = tag;
    this.#touch(port);
    this.#isPushed[port] = 1;
  }

  /** Target of the oldest item at the start of this cycle; -1 where there is none. */
  headTarget(port: number): number {
    return this.fill[port]! > 0 ? this.#targets[port * this.depth + this.#first[port]!]! : -1;
  }

  headTag(port: number): number {
    return this.#tags[port * this.depth + this.#first[port]!]!;
  }

  pop(port: number): void {
    if (!this.canPop(port)) throw handshakeFault(`pop from port ${port}, which has nothing`);
    this.#touch(port);
    this.#isPopped[port] = 1;
  }

  #touch(port: number): void {
    if (this.#isPushed[port] === 0 && this.#isPopped[port] === 0) this.#touched[this.#touchedCount++] = port;
  }

  /** The clock edge of every port. */
  endCycle(): void {
    for (let index = 0; index < this.#touchedCount; index++) {
      const port = this.#touched[index]!;
      if (this.#isPopped[port] === 1) {
        const next = this.#first[port]! + 1;
        this.#first[port] = next === this.depth ? 0 : next;
        this.fill[port]!--;
        this.totalFill--;
        this.#isPopped[port] = 0;
      }
      if (this.#isPushed[port] === 0) continue;
      this.fill[port]!++;
      this.totalFill++;
      this.#isPushed[port] = 0;
      if (this.fill[port]! > this.highestFill) this.highestFill = this.fill[port]!;
    }
    this.#touchedCount = 0;
  }
}
