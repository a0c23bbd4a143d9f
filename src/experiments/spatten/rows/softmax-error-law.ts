import { createRandom } from "../../../base/random.ts";
import { mean } from "../../../base/statistics.ts";
import { softmaxReference } from "../../../pruning/softmax.reference.ts";

const ROW_COUNT = 2000;
const MOST_KEYS = 64;
/** Scores lie within this of 0. */
const SPREAD = 6;
/** Small enough that the error is its own first derivative. */
const SMALL_ERROR = 1e-5;

/** A row whose first score was off. */
interface OffRow {
  readonly error: number;
  /** Probability of the first key, and the sum of |changes| of all. */
  readonly probability: number;
  readonly change: number;
}

function* offRows(errorOf: (draw: number) => number): Generator<OffRow> {
  const random = createRandom(0);
  for (let row = 0; row < ROW_COUNT; row++) {
    const scores = Array.from(
      { length: 2 + random.integer(MOST_KEYS - 1) },
      () => SPREAD * (2 * random.next() - 1),
    );
    const error = errorOf(random.next());
    const before = softmaxReference(scores);
    const after = softmaxReference([scores[0]! + error, ...scores.slice(1)]);
    const change = before.reduce((sum, value, index) => sum + Math.abs(value - after[index]!), 0);
    yield { error, probability: before[0]!, change };
  }
}

/** Mean of change / (d · p (1 - p)) over random rows with a small error d of one score: 2 (SpAtten, section III-D). */
export function slopeOfErrorLaw(): number {
  return mean(
    Array.from(
      offRows(() => SMALL_ERROR),
      ({ error, probability, change }) => change / (error * probability * (1 - probability)),
    ),
  );
}

/** Most of change / d over random rows with errors of up to 1: below 1/2, close to it where p is. */
export function mostErrorPerScoreError(): number {
  let most = 0;
  for (const { error, change } of offRows((draw) => Math.max(SMALL_ERROR, draw))) {
    most = Math.max(most, change / error);
  }
  return most;
}
