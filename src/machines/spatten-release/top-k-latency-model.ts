import { JavaRandom } from "./java-random.ts";

const SEED = 1;
/** Cycles of a pass beside its items. */
const PASS_OVERHEAD_CYCLES = 3;

/**
 * The release's dummy top-k: the latency of a quick-select over random integers, one generator for all heads of a run
 * (hardware.md 4.4, "Top-k latency model"). The scores do not enter.
 */
export class TopKLatencyModel {
  private readonly random = new JavaRandom(SEED);
  private readonly parallelism: number;
  private items: Int32Array;
  private kept: Int32Array;

  /** @param mostKeys the largest `keyCount` to come. */
  constructor(parallelism: number, mostKeys: number) {
    this.parallelism = parallelism;
    this.items = new Int32Array(mostKeys);
    this.kept = new Int32Array(mostKeys);
  }

  /** Cycles for the next head, with the unrounded counts of its row. */
  nextLatencyCycles(keyCount: number, valueCount: number): number {
    this.draw(keyCount);
    let latencyCycles = 0;
    let count = keyCount;
    let target = valueCount;
    while (count > 0) {
      latencyCycles += Math.ceil(count / this.parallelism) + PASS_OVERHEAD_CYCLES;
      const pivot = this.items[this.random.nextIntBelow(count)]!;
      const less = this.keepLess(count, pivot);
      if (target < less) {
        count = less;
        this.swap();
        continue;
      }
      const greater = this.keepGreater(count, pivot);
      const notGreater = count - greater;
      if (target < notGreater) break;
      target -= notGreater;
      count = greater;
      this.swap();
    }
    return latencyCycles;
  }

  private draw(count: number): void {
    const { items, random } = this;
    for (let index = 0; index < count; index++) items[index] = random.nextInt();
  }

  // Both copy the items that pass, in their order, and tell how many.

  private keepLess(count: number, pivot: number): number {
    const { items, kept } = this;
    let keptCount = 0;
    for (let index = 0; index < count; index++) {
      const item = items[index]!;
      if (item < pivot) kept[keptCount++] = item;
    }
    return keptCount;
  }

  private keepGreater(count: number, pivot: number): number {
    const { items, kept } = this;
    let keptCount = 0;
    for (let index = 0; index < count; index++) {
      const item = items[index]!;
      if (item > pivot) kept[keptCount++] = item;
    }
    return keptCount;
  }

  private swap(): void {
    const items = this.items;
    this.items = this.kept;
    this.kept = items;
  }
}
