import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { handshakeFault } from "./handshake.ts";
import { countUpTo } from "./parameter-ranges.ts";

/** FIFO_L and FIFO_R of a top-k engine (SpAtten Fig. 9): `depthLines` lines of `laneCount` items. */
export const laneFifoParametersSchema = z.strictObject({
  laneCount: z._default(countUpTo(4096), 16),
  depthLines: z._default(countUpTo(1 << 16), 64),
});

/**
 * FIFO of items in as many banks as there are lanes: a packed line of any number of items is written in one cycle,
 * turned to where the last one ended, and a full line is read in one. So its capacity is exact in items.
 *
 * Registered output: items that are pushed in a cycle can be popped from the next one on.
 */
export class LaneFifo<Item> {
  readonly laneCount: number;
  readonly capacityItems: number;
  readonly events = { pushes: 0, pops: 0, highestFill: 0 };
  #items: Item[] = [];
  #incoming: readonly Item[] = [];
  #taken = 0;

  /** @throws SpattenError `config` for counts below 1. */
  constructor(parameters: z.input<typeof laneFifoParametersSchema> = {}) {
    const parsed = parseWith(laneFifoParametersSchema, parameters, { what: "lane FIFO" });
    this.laneCount = parsed.laneCount;
    this.capacityItems = parsed.laneCount * parsed.depthLines;
  }

  /** Items held at the start of this cycle. */
  get fill(): number {
    return this.#items.length;
  }

  /** The item at a place, 0 the oldest, as it stands at the start of this cycle. */
  peek(place: number): Item | undefined {
    return this.#items[place];
  }

  push(items: readonly Item[]): void {
    const isFull = this.#items.length + items.length > this.capacityItems;
    if (this.#incoming.length > 0 || items.length > this.laneCount || isFull) {
      throw handshakeFault(`push of ${items.length} items into a lane FIFO that holds ${this.fill}`);
    }
    this.#incoming = items;
  }

  /** The oldest `count` items, at most a line. */
  pop(count: number): readonly Item[] {
    if (this.#taken > 0 || count > this.laneCount || count > this.fill) {
      throw handshakeFault(`pop of ${count} items from a lane FIFO that holds ${this.fill}`);
    }
    this.#taken = count;
    return this.#items.slice(0, count);
  }

  /** Throws everything away, at once. */
  clear(): void {
    this.#items = [];
    this.#incoming = [];
    this.#taken = 0;
  }

  /** The clock edge: applies this cycle's pop and push. */
  endCycle(): void {
    this.#items = [...this.#items.slice(this.#taken), ...this.#incoming];
    this.events.pops += this.#taken;
    this.events.pushes += this.#incoming.length;
    this.events.highestFill = Math.max(this.events.highestFill, this.#items.length);
    this.#incoming = [];
    this.#taken = 0;
  }
}
