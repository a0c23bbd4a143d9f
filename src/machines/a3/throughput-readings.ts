import { OPERATIONS_PER_MULTIPLY_ACCUMULATE } from "../../base/units.ts";
import { publishedA3, tableThree } from "../../energy/published-accelerators.ts";

/** One way to come to the 221 GOP/s that SpAtten's Table III credits A3 with, and what it takes for granted. */
export interface ThroughputReading {
  readonly id: "speedup-over-base" | "base-pipeline";
  readonly title: string;
  readonly gigaoperationsPerSecond: number;
  /** Of the base machine, which is credited or divided by. */
  readonly baseGigaoperationsPerSecond: number;
  /** Gain over the base machine that the reading needs; 1 without approximation. */
  readonly speedupRatio: number;
  /** Keys at which the base pipeline runs at this throughput; absent where the length does not enter. */
  readonly keyCount?: number;
  readonly implies: readonly string[];
}

/** What the readings are computed from. */
export interface ReadingInput {
  readonly headDimension: number;
  readonly clockGigahertz: number;
  /** Geometric mean of A3's gain over its base; the paper prints 1.73 and, elsewhere, 1.72. */
  readonly speedupRatio: number;
  /** Cycles of a query beyond its keys. */
  readonly overheadCycles: number;
  /** Mean number of keys of the second reading. */
  readonly keyCount: number;
}

const paper: ReadingInput = {
  headDimension: 64,
  clockGigahertz: 1,
  speedupRatio: publishedA3.speedupOverBase.value,
  overheadCycles: 9,
  keyCount: 57,
};

/** What Table III prints for A3. */
export const publishedThroughput = tableThree.find(
  ({ machine }) => machine === "a3",
)!.gigaoperationsPerSecond;

/**
 * Both readings of 221 GOP/s, under the given input or the paper's: 2 × d × 1 GHz × 1.73 (SpAtten, Table III and its text),
 * and 4 × d operations a key on a base pipeline of n + 9 cycles a query.
 */
export function throughputReadings(input: Partial<ReadingInput> = {}): readonly ThroughputReading[] {
  const { headDimension, clockGigahertz, speedupRatio, overheadCycles, keyCount } = { ...paper, ...input };
  const printedBase = OPERATIONS_PER_MULTIPLY_ACCUMULATE * headDimension * clockGigahertz;
  const peak = 2 * printedBase;
  const pipeline = (peak * keyCount) / (keyCount + overheadCycles);
  return [
    {
      id: "speedup-over-base",
      title: `2 × ${headDimension} × ${clockGigahertz} GHz × ${speedupRatio}`,
      gigaoperationsPerSecond: printedBase * speedupRatio,
      baseGigaoperationsPerSecond: printedBase,
      speedupRatio,
      implies: [
        "the base machine is credited with half of what its two modules do at once: one multiply-accumulate as one operation, or one module of the two",
        `the gain comes from approximation, ${speedupRatio} times as a geometric mean over BERT`,
        "operations are dense-equivalent, since approximation executes fewer",
      ],
    },
    {
      id: "base-pipeline",
      title: `${peak} × ${keyCount} / (${keyCount} + ${overheadCycles})`,
      gigaoperationsPerSecond: pipeline,
      baseGigaoperationsPerSecond: pipeline,
      speedupRatio: 1,
      keyCount,
      implies: [
        "both modules work at once, a multiply-accumulate as two operations",
        `no approximation: the mean sentence has about ${keyCount} tokens, and ${overheadCycles} cycles a query are lost`,
        "executed and dense-equivalent operations are the same",
      ],
    },
  ];
}

/** Keys at which a base pipeline of n + overhead cycles reaches a throughput; infinite at or above its peak. */
export function keyCountAtThroughput(
  gigaoperationsPerSecond: number,
  { headDimension, clockGigahertz, overheadCycles }: ReadingInput = paper,
): number {
  const peak = 2 * OPERATIONS_PER_MULTIPLY_ACCUMULATE * headDimension * clockGigahertz;
  if (gigaoperationsPerSecond >= peak) return Number.POSITIVE_INFINITY;
  return (gigaoperationsPerSecond * overheadCycles) / (peak - gigaoperationsPerSecond);
}
