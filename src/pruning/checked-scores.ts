import { isSpattenError, SpattenError } from "../base/errors.ts";

/**
 * What a row of a registry scored: the row may be a user's own, so its failure is named as such, and its answer is checked.
 * @throws SpattenError `config` naming the row.
 */
export function checkedScores(name: string, count: number, score: () => unknown): Float64Array {
  const fail = (what: string, cause?: unknown) => new SpattenError("config", `${name} ${what}`, {}, cause);
  let scores: unknown;
  try {
    scores = score();
  } catch (error) {
    throw isSpattenError(error) ? error : fail(`failed: ${String(error)}`, error);
  }
  if (scores instanceof Float64Array && scores.length === count) return scores;
  throw fail(`did not give a Float64Array of ${count} scores`);
}
