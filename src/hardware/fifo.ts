import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { handshakeFault } from "./handshake.ts";
import { countUpTo } from "./parameter-ranges.ts";

/** A FIFO of the machine; SpAtten Table I gives 64 lines at each port of the crossbars. */
export const fifoParametersSchema = z.strictObject({ depth: z._default(countUpTo(1 << 20), 64) });

export type FifoParameters = z.infer<typeof fifoParametersSchema>;

/**
 * Bounded FIFO with a registered output: what is pushed in a cycle can be popped from the next one on, and a place that
 * is freed in a cycle can be filled from the next one on (SpAtten Fig. 8, the FIFO at each port).
 *
 * Both ends look at the state at the start of the cycle, so the order in which they are evaluated does not matter.
 * At most one push and one pop a cycle; `endCycle` is the clock edge.
 */
export class Fifo<Item> {
  readonly depth: number;
  /** Items pushed and popped, and the most items held at a clock edge. */
  readonly events = { pushes: 0, pops: 0, highestFill: 0 };
  readonly #ring: (Item | undefined)[];
  #first = 0;
  #fill = 0;
  #incoming: { readonly item: Item } | undefined;
  #isPopped = false;

  /** @throws SpattenError `config` for a depth below 1. */
  constructor(parameters: z.input<typeof fifoParametersSchema> = {}) {
    this.depth = parseWith(fifoParametersSchema, parameters, { what: "FIFO" }).depth;
    this.#ring = new Array<Item | undefined>(this.depth).fill(undefined);
  }

  /** Items held at the start of this cycle. */
  get fill(): number {
    return this.#fill;
  }

  /** Whether an item can be pushed in this cycle: there was room at its start, and none has been pushed in it. */
  get canPush(): boolean {
    return this.#fill < this.depth && this.#incoming === undefined;
  }

  /** Whether an item can be popped in this cycle: there was one at its start, and none has been popped in it. */
  get canPop(): boolean {
    return this.#fill > 0 && !this.#isPopped;
  }

  /** The oldest item at the start of this cycle, popped in it or not. */
  get head(): Item | undefined {
    return this.#fill > 0 ? this.#ring[this.#first] : undefined;
  }

  push(item: Item): void {
    if (!this.canPush) throw handshakeFault("push into a FIFO that cannot take");
    this.#incoming = { item };
  }

  pop(): Item {
    if (!this.canPop) throw handshakeFault("pop from a FIFO that has nothing");
    this.#isPopped = true;
    return this.#ring[this.#first] as Item;
  }

  /** The clock edge: applies this cycle's pop and push. */
  endCycle(): void {
    if (this.#isPopped) {
      this.#ring[this.#first] = undefined;
      this.#first = (this.#first + 1) % this.depth;
      this.#fill--;
      this.#isPopped = false;
      this.events.pops++;
    }
    if (this.#incoming !== undefined) {
      this.#ring[(this.#first + this.#fill) % this.depth] = this.#incoming.item;
      this.#fill++;
      this.#incoming = undefined;
      this.events.pushes++;
      if (this.#fill > this.events.highestFill) this.events.highestFill = this.#fill;
    }
  }
}
