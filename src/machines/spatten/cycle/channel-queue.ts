/** The address FIFO in front of a channel (SpAtten Table I: 64 deep): addresses with their tags. */
export class ChannelQueue {
  count = 0;
  readonly #addresses: Float64Array;
  readonly #tags: Int32Array;
  #first = 0;

  constructor(depth: number) {
    this.#addresses = new Float64Array(depth);
    this.#tags = new Int32Array(depth);
  }

  get isFull(): boolean {
    return this.count === this.#tags.length;
  }

  get headAddress(): number {
    return this.#addresses[this.#first]!;
  }

  get headTag(): number {
    return this.#tags[this.#first]!;
  }

  push(address: number, tag: number): void {
    const place = (this.#first + this.count++) % this.#tags.length;
    this.#addresses[place] = address;
    this.#tags[place] = tag;
  }

  shift(): void {
    this.#first = (this.#first + 1) % this.#tags.length;
    this.count--;
  }
}
