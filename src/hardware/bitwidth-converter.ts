import * as z from "zod/mini";
import { type ElementWidth, readSignedBits, requireWidth } from "../base/arithmetic/bit-codes.ts";
import { requireInteger } from "../base/require.ts";
import { parseWith } from "../base/schema.ts";
import { handshakeFault } from "./handshake.ts";
import { countUpTo } from "./parameter-ranges.ts";
import { createCounters } from "./unit-counters.ts";

/**
 * The bit-width converter (SpAtten Fig. 8, 6): muxes, and a shifter for unaligned reads. The paper gives no sizes; the
 * defaults take what 32 lanes of 32 bytes bring and fill two lines of 512 multipliers, as in the official RTL.
 */
export const bitwidthConverterParametersSchema = z.strictObject({
  datapathBits: z._default(z.int().check(z.gte(4), z.lte(16)), 12),
  bytesPerCycle: z._default(countUpTo(1 << 16), 1024),
  elementsPerCycle: z._default(countUpTo(1 << 16), 1024),
});

export type BitwidthConverterParameters = z.infer<typeof bitwidthConverterParametersSchema>;

/**
 * Packed bytes in, codes of the datapath out, for one stream of elements at a time. What enters in a cycle can leave from
 * the next one on, `elementsPerCycle` at a time and the rest at the stream's end; bytes enter while no more are held than
 * what leaves in a cycle.
 */
export class BitwidthConverter {
  readonly parameters: BitwidthConverterParameters;
  readonly counters = createCounters(["bytes", "elements"] as const, ["starved", "idle"] as const);
  readonly #store: Uint8Array;
  #width: ElementWidth = { elementBits: 8, lowBits: 0 };
  #lineBytes = 0;
  #bitPosition = 0;
  #endByte = 0;
  #isEnding = false;
  #isRunning = false;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof bitwidthConverterParametersSchema> = {}) {
    this.parameters = parseWith(bitwidthConverterParametersSchema, parameters, {
      what: "bit-width converter",
    });
    const { bytesPerCycle, elementsPerCycle } = this.parameters;
    // Twice a cycle's bytes, so that what is left needs to be moved to the front only now and then.
    this.#store = new Uint8Array(2 * (elementsPerCycle + bytesPerCycle));
  }

  /** A new stream, whose first element starts so many bits into its first bytes. @throws SpattenError `config`, `input`. */
  start(width: ElementWidth, bitOffset = 0): void {
    if (this.#isRunning) throw handshakeFault("a new stream before the end of the one before");
    requireWidth(width, this.parameters.datapathBits);
    requireInteger(bitOffset, "bit offset", 0, 8 * this.parameters.bytesPerCycle - 1);
    this.#lineBytes = Math.ceil((this.parameters.elementsPerCycle * width.elementBits) / 8);
    this.#width = width;
    this.#bitPosition = bitOffset;
    this.#endByte = 0;
    this.#isEnding = false;
    this.#isRunning = true;
  }

  /** Whether bytes can enter: at the start of this cycle no more than one line's were held. */
  get canPush(): boolean {
    const heldBytes = this.#endByte - (this.#bitPosition >> 3);
    return this.#isRunning && !this.#isEnding && heldBytes <= this.#lineBytes;
  }

  /** One cycle: bytes that enter, if any, and whether they are the last; returns the codes that leave, if any. */
  cycle(bytes?: Uint8Array, isLast = false): Int16Array | undefined {
    if (bytes !== undefined && (!this.canPush || bytes.length > this.parameters.bytesPerCycle)) {
      throw handshakeFault("bytes into a converter that cannot take them");
    }
    const { elementBits } = this.#width;
    const { counters } = this;
    const held = Math.max(0, Math.floor((this.#endByte * 8 - this.#bitPosition) / elementBits));
    const wanted = this.parameters.elementsPerCycle;
    const count = !this.#isRunning ? 0 : held >= wanted ? wanted : this.#isEnding ? held : 0;
    const codes = count > 0 ? this.#unpack(count) : undefined;
    if (count > 0) counters.busyCycles++;
    else counters.stallCycles[this.#isRunning ? "starved" : "idle"]++;
    if (this.#isEnding && held - count === 0) this.#isRunning = false;
    if (bytes !== undefined) this.#append(bytes);
    if (isLast) this.#isEnding = true;
    return codes;
  }

  /** Whether the stream has left, so that another may start. */
  get isIdle(): boolean {
    return !this.#isRunning;
  }

  #unpack(count: number): Int16Array {
    const { elementBits, lowBits } = this.#width;
    const codes = new Int16Array(count);
    for (let element = 0; element < count; element++) {
      codes[element] = readSignedBits(this.#store, this.#bitPosition, elementBits) << lowBits;
      this.#bitPosition += elementBits;
    }
    this.counters.events.elements += count;
    return codes;
  }

  #append(bytes: Uint8Array): void {
    if (this.#endByte + bytes.length > this.#store.length) {
      const firstByte = this.#bitPosition >> 3;
      this.#store.copyWithin(0, firstByte, this.#endByte);
      this.#endByte -= firstByte;
      this.#bitPosition -= firstByte * 8;
    }
    this.#store.set(bytes, this.#endByte);
    this.#endByte += bytes.length;
    this.counters.events.bytes += bytes.length;
  }
}
