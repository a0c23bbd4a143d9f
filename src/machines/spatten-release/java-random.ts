const MULTIPLIER_LOW = 0xece66d;
const MULTIPLIER_HIGH = 0x5de;
const HALF = 1 << 24;

/**
 * `java.util.Random`, which is also `scala.util.Random`: the release's bench draws its row indices and top-k latencies
 * from it (hardware.md 3 and 4.4). The 48-bit state is held as two halves of 24 bits, exact in doubles.
 */
export class JavaRandom {
  private high: number;
  private low: number;

  /** @param seed a whole number of 0 to 2^48 - 1. */
  constructor(seed: number) {
    this.low = ((seed % HALF) ^ MULTIPLIER_LOW) >>> 0;
    this.high = ((Math.floor(seed / HALF) % HALF) ^ MULTIPLIER_HIGH) >>> 0;
  }

  /** A signed whole number of 32 bits. */
  nextInt(): number {
    this.advance();
    return (this.high << 8) | (this.low >>> 16);
  }

  /** A whole number from 0 to `bound` - 1, each equally likely. */
  nextIntBelow(bound: number): number {
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * this.next31()) / 0x8000_0000);
    for (;;) {
      const bits = this.next31();
      const value = bits % bound;
      // Java redraws where 32-bit arithmetic would overflow: the last, incomplete run of remainders.
      if (bits - value + (bound - 1) < 0x8000_0000) return value;
    }
  }

  /** Shuffles in place as `scala.util.Random.shuffle` does. */
  shuffle(items: number[]): void {
    for (let length = items.length; length >= 2; length--) {
      const other = this.nextIntBelow(length);
      const item = items[length - 1]!;
      items[length - 1] = items[other]!;
      items[other] = item;
    }
  }

  private next31(): number {
    this.advance();
    return this.high * 128 + (this.low >>> 17);
  }

  private advance(): void {
    const low = this.low * MULTIPLIER_LOW + 0xb;
    const carry = Math.floor(low / HALF);
    const high = this.high * MULTIPLIER_LOW + this.low * MULTIPLIER_HIGH + carry;
    // Not with %, which is a call into the library for doubles; all of these are exact below 2^53.
    this.low = low - carry * HALF;
    this.high = high - Math.floor(high / HALF) * HALF;
  }
}
