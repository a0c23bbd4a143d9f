import * as z from "zod/mini";
import { keepRatio } from "../../base/schema.ts";
import { countUpTo, latencyCycles } from "../../hardware/parameter-ranges.ts";
import { rivalParametersSchema } from "../rivals/parameters.ts";
import { impossible } from "../rivals/rival-config.ts";

/** A3 (HPCA 2020) as a strict schema; where the values come from stands in `presets.ts`. */
export const a3ParametersSchema = z.extend(rivalParametersSchema, {
  /** Fixed point: a sign, i integer and f fraction bits for Q, K and V; all widths behind them follow. */
  number: z.strictObject({ integerBits: countUpTo(8), fractionBits: countUpTo(8) }),
  /** Where scores are divided by √D: in Q before it is rounded, or after the dot product. */
  scoreScaling: z.enum(["in-query", "after-dot-product"]),
  /** Beside the rows of a query in each of the three modules. */
  moduleOverheadCycles: latencyCycles(),
  candidateSearch: z.strictObject({
    /** M ÷ n, iterations a key; at 1 the search saves nothing and is passed by: every row is a candidate. */
    iterationsPerKeyRatio: keepRatio(),
    /** No negative pop while the sum of everything that was added is below 0. */
    skipsNegativePops: z.boolean(),
    fillCycles: latencyCycles(),
  }),
  /** T: a row stays whose weight is at least so many percent of the largest; at 0 nothing is left out. */
  postScoringPercent: z.number().check(z.gte(0), z.lt(100)),
  /** Rows that a scan compares in a cycle. */
  scanWidthCount: countUpTo(4096),
  /** What time and energy take for the selection, which only tensors can tell. */
  assumedSelection: z.strictObject({
    /** Candidates of a query ÷ its keys; never more than M. */
    candidateKeepRatio: keepRatio(),
    /** Kept rows ÷ candidates. */
    keptKeepRatio: keepRatio(),
  }),
  sorting: z.strictObject({
    /** Whether the column sort is part of time and energy; it is reported apart in any case. */
    counted: z.boolean(),
    /** Columns that are sorted at once, a row a cycle each. */
    sorterCount: countUpTo(4096),
  }),
});

export type A3Parameters = z.infer<typeof a3ParametersSchema>;

/** Whether candidates are searched for at all. */
export function searches({ candidateSearch }: A3Parameters): boolean {
  return candidateSearch.iterationsPerKeyRatio < 1;
}

/** M for so many keys. */
export function searchIterationCount({ candidateSearch }: A3Parameters, keyCount: number): number {
  return Math.max(1, Math.floor(candidateSearch.iterationsPerKeyRatio * keyCount));
}

/** @throws SpattenError `config` for switches that exclude each other. */
export function checkA3Parameters(parameters: A3Parameters): void {
  const { number, dramElementBits, sorting } = parameters;
  const codeBits = number.integerBits + number.fractionBits;
  if (codeBits > dramElementBits) {
    throw impossible(
      "dramElementBits",
      `${dramElementBits} bits for numbers of ${codeBits}`,
      `at least ${codeBits}`,
      "number.integerBits + number.fractionBits must be fetched",
    );
  }
  if (sorting.counted && !searches(parameters)) {
    throw impossible(
      "sorting.counted",
      "true without a candidate search",
      "false, or candidateSearch.iterationsPerKeyRatio below 1",
      "the base machine sorts nothing",
    );
  }
}
