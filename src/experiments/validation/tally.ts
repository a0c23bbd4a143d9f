import { restingAt, type Steps } from "../../base/checkpoint.ts";
import { isSpattenError } from "../../base/errors.ts";
import type { Difference, Outcome } from "./oracle.ts";

/** Differences that an outcome keeps: enough to see a pattern. */
const MOST_DIFFERENCES = 3;
/** Of a value in a difference: a whole report is one line of JSON. */
const LONGEST_VALUE = 160;

/** A difference of each named value of a case: no entry where all are equal. Nothing is left out on either side. */
export function differencesOf(
  where: string,
  expected: Readonly<Record<string, unknown>>,
  got: Readonly<Record<string, unknown>>,
): readonly Difference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
  return names
    .filter((name) => !Object.is(expected[name], got[name]))
    .map((name) => ({
      where: `${where}: ${name}`,
      expected: String(expected[name]),
      got: String(got[name]),
    }));
}

/** The first line in which two texts differ, and their lengths; no entry where they are equal. */
export function lineDifferences(
  where: string,
  expected: readonly string[],
  got: readonly string[],
): readonly Difference[] {
  const length = Math.max(expected.length, got.length);
  for (let line = 0; line < length; line++) {
    if (expected[line] !== got[line]) {
      return [
        {
          where: `${where}: line ${line + 1}`,
          expected: expected[line] ?? "no such line",
          got: got[line] ?? "no such line",
        },
      ];
    }
  }
  return [];
}

/** Counts cases as they are compared. */
export class Tally {
  #comparedCount = 0;
  #passedCount = 0;
  readonly #differences: Difference[] = [];

  /** A case passes where nothing differs. */
  add(differences: readonly Difference[]): void {
    this.#comparedCount++;
    if (differences.length === 0) this.#passedCount++;
    const room = MOST_DIFFERENCES - this.#differences.length;
    const kept = differences.slice(0, Math.max(0, room)).map(({ where, expected, got }) => ({
      where,
      expected: clip(expected),
      got: clip(got),
    }));
    this.#differences.push(...kept);
  }

  /** Cases of several kinds, counted as one list. */
  static together(...tallies: readonly Tally[]): Tally {
    const whole = new Tally();
    for (const tally of tallies) {
      whole.#comparedCount += tally.#comparedCount;
      whole.#passedCount += tally.#passedCount;
      whole.#differences.push(...tally.#differences);
    }
    whole.#differences.splice(MOST_DIFFERENCES);
    return whole;
  }

  outcome(unit: string, figure: string): Outcome {
    return {
      comparedCount: this.#comparedCount,
      passedCount: this.#passedCount,
      unit,
      figure,
      differences: this.#differences,
    };
  }
}

/**
 * Each case compared in turn, with a rest before each of them and wherever a comparison rests. A case that a simulator or
 * a reader refuses has not passed, and the others go on.
 */
export function* tallyCases<Case>(
  stage: string,
  cases: readonly Case[],
  compare: (one: Case) => Steps<readonly Difference[]> | readonly Difference[],
): Steps<Tally> {
  const tally = new Tally();
  for (const [done, one] of cases.entries()) {
    const progress = { stage, done, total: cases.length };
    yield progress;
    try {
      const found = compare(one);
      tally.add("next" in found ? yield* restingAt(found, progress) : found);
    } catch (error) {
      if (!isSpattenError(error)) throw error;
      tally.add([{ where: `${stage}, number ${done + 1}`, expected: "a comparison", got: error.message }]);
    }
  }
  return tally;
}

function clip(value: string): string {
  return value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE)}…`;
}
