import { SpattenError } from "../../base/errors.ts";

const COLUMN_BYTES = 32;
const STRIDE_SPACE_BYTES = 2 ** 29;
const GATHER_BASE = 0xab10000;
const LARGEST_TRACE_READS = 1 << 26;
const WORD = 2 ** 32;

/** Addresses of a channel, and which channel of how many where the trace is one of a set. */
export interface GeneratedTrace {
  readonly name: string;
  readonly addresses: Float64Array;
}

/** Forms that `generateTrace` knows, for help texts. */
export const traceGeneratorForms = [
  "seq-nN",
  "strideS-nN",
  "rand-nN",
  "rows16-nN",
  "rows2-nN",
  "gather-vS-LL-keepK-chN[.chI]",
] as const;

/**
 * The trace of that name (dram.md, trace generators), or undefined when the name has none of the forms. A gather over
 * several channels names one: `gather-v64-L1024-keep256-ch16.ch3`. @throws SpattenError `input` for a bad number.
 */
export function generateTrace(name: string): GeneratedTrace | undefined {
  const simple = /^(seq|rand|rows16|rows2|stride(\d+))-n(\d+)$/.exec(name);
  if (simple !== null) {
    const count = inRange(simple[3]!, "n", name, 1, LARGEST_TRACE_READS);
    const kind = simple[1]!;
    if (kind === "seq") return { name, addresses: strided(COLUMN_BYTES, count) };
    if (kind === "rand") return { name, addresses: drawn(count, (draw) => COLUMN_BYTES * (draw % 2 ** 23)) };
    if (kind === "rows16") return { name, addresses: drawn(count, rowsOf16) };
    if (kind === "rows2") return { name, addresses: drawn(count, rowsOf2) };
    const stride = inRange(simple[2]!, "stride", name, 1, STRIDE_SPACE_BYTES);
    return { name, addresses: strided(stride, count, STRIDE_SPACE_BYTES) };
  }
  const gather = /^gather-v(\d+)-L(\d+)-keep(\d+)-ch(\d+)(?:\.ch(\d+))?$/.exec(name);
  if (gather === null) return undefined;
  const rowBytes = inRange(gather[1]!, "v", name, 1, 4096);
  const rows = inRange(gather[2]!, "L", name, 1, 1 << 20);
  const kept = inRange(gather[3]!, "keep", name, 1, rows);
  const channels = inRange(gather[4]!, "ch", name, 1, 256);
  if (!Number.isInteger(Math.log2(channels))) {
    throw new SpattenError("input", `trace ${name}: channels must be a power of two`, { got: gather[4]! });
  }
  const channel = inRange(gather[5] ?? "0", ".ch", name, 0, channels - 1);
  return { name, addresses: gatherTraces(rowBytes, rows, kept, channels)[channel]! };
}

/** The reads of surviving rows, split over the channels: one list of local addresses for each. */
export function gatherTraces(
  rowBytes: number,
  rows: number,
  kept: number,
  channels: number,
): readonly Float64Array[] {
  const random = new SplitMix64(1);
  const order = Array.from({ length: rows }, (_, index) => index);
  for (let index = rows - 1; index >= 1; index--) {
    const other = random.nextBelow(index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  const survivors = order.slice(0, kept).sort((left, right) => left - right);
  const lists: number[][] = Array.from({ length: channels }, () => []);
  for (const row of survivors) {
    const start = GATHER_BASE + row * rowBytes;
    const first = Math.floor(start / COLUMN_BYTES);
    const last = Math.floor((start + rowBytes - 1) / COLUMN_BYTES);
    for (let block = first; block <= last; block++) {
      lists[block % channels]!.push(Math.floor(block / channels) * COLUMN_BYTES);
    }
  }
  return lists.map((list) => Float64Array.from(list));
}

function strided(strideBytes: number, count: number, modulo = Number.POSITIVE_INFINITY): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (strideBytes * index) % modulo);
}

/** Draws below 2^32 are enough: every generator takes the low bits. */
function drawn(count: number, address: (draw: number) => number): Float64Array {
  const random = new SplitMix64(1);
  return Float64Array.from({ length: count }, () => address(random.nextLow()));
}

function rowsOf16(draw: number): number {
  const x = draw % 4096;
  return 32 * (x % 16) + 1024 * (Math.floor(x / 16) % 16) + 16384 * Math.floor(x / 256);
}

function rowsOf2(draw: number): number {
  const x = draw % 1024;
  return 32 * (x % 16) + 512 * (Math.floor(x / 16) % 32) + 16384 * Math.floor(x / 512);
}

function inRange(digits: string, key: string, name: string, least: number, most: number): number {
  const value = Number(digits);
  if (value >= least && value <= most) return value;
  throw new SpattenError("input", `trace ${name}: ${key} is out of range`, {
    got: digits,
    expected: `${least} to ${most}`,
  });
}

/** SplitMix64 (S. Vigna, public domain) on two 32-bit halves: a million draws must not take a second. */
export class SplitMix64 {
  private high: number;
  private low: number;

  constructor(seed: number) {
    this.high = Math.floor(seed / WORD) >>> 0;
    this.low = seed >>> 0;
  }

  /** The low 32 bits of the next draw; `lastHigh` then holds the high ones. */
  nextLow(): number {
    const sum = this.low + 0x7f4a7c15;
    this.low = sum >>> 0;
    this.high = (this.high + 0x9e3779b9 + (sum >= WORD ? 1 : 0)) >>> 0;
    let high = this.high;
    let low = this.low;
    // x ^= x >>> 30; x *= 0xbf58476d1ce4e5b9
    low ^= (low >>> 30) | (high << 2);
    high ^= high >>> 30;
    multiply(high, low, 0xbf58476d, 0x1ce4e5b9);
    high = product.high;
    low = product.low;
    // x ^= x >>> 27; x *= 0x94d049bb133111eb
    low ^= (low >>> 27) | (high << 5);
    high ^= high >>> 27;
    multiply(high, low, 0x94d049bb, 0x133111eb);
    high = product.high;
    low = product.low;
    // x ^= x >>> 31
    low ^= (low >>> 31) | (high << 1);
    high ^= high >>> 31;
    this.lastHigh = high >>> 0;
    return low >>> 0;
  }

  lastHigh = 0;

  /** The next draw modulo `bound`, which is below 2^21. */
  nextBelow(bound: number): number {
    const low = this.nextLow();
    return ((((this.lastHigh % bound) * (WORD % bound)) % bound) + (low % bound)) % bound;
  }
}

const product = { high: 0, low: 0 };

/** (high, low) * (otherHigh, otherLow) modulo 2^64, into `product`. */
function multiply(high: number, low: number, otherHigh: number, otherLow: number): void {
  const a = low >>> 16;
  const b = low & 0xffff;
  const c = otherLow >>> 16;
  const d = otherLow & 0xffff;
  const bd = b * d;
  const middle = a * d + (bd >>> 16);
  const other = b * c + (middle & 0xffff);
  const carry = a * c + Math.floor(middle / 65536) + Math.floor(other / 65536);
  product.low = ((other << 16) | (bd & 0xffff)) >>> 0;
  product.high = (carry + Math.imul(high, otherLow) + Math.imul(low, otherHigh)) >>> 0;
}
