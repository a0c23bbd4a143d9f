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
  private items = new Int32Array(0);
  private kept = new Int32Array(0);

  constructor(parallelism: number) {
    this.parallelism = parallelism;
  }

  /** Cycles for the next head, with the unrounded counts of its row. */
  nextLatencyCycles(keyCount: number, valueCount: number): number {
    if (this.items.length < keyCount) {
      this.items = new Int32Array(keyCount);
      this.kept = new Int32Array(keyCount);
    }
    for (let index = 0; index < keyCount; index++) this.items[index] = this.random.nextInt();
    let latencyCycles = 0;
    let count = keyCount;
    let target = valueCount;
    while (count > 0) {
      latencyCycles += Math.ceil(count / this.parallelism) + PASS_OVERHEAD_CYCLES;
      const pivot = this.items[this.random.nextIntBelow(count)]!;
      const less = this.keep(count, (item) => item < pivot);
      if (target < less) {
        count = less;
        this.swap();
        continue;
      }
      const greater = this.keep(count, (item) => item > pivot);
      const notGreater = count - greater;
      if (target < notGreater) break;
      target -= notGreater;
      count = greater;
      this.swap();
    }
    return latencyCycles;
  }

  /** Copies the items that pass, in their order; how many. */
  private keep(count: number, passes: (item: number) => boolean): number {
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const item = this.items[index]!;
      if (passes(item)) this.kept[kept++] = item;
    }
    return kept;
  }

  private swap(): void {
    const items = this.items;
    this.items = this.kept;
    this.kept = items;
  }
}
