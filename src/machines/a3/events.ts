import { sortPassCount } from "../../hardware/column-sorter.ts";
import type { EventCounts, PassGroup } from "../rivals/design.ts";
import { fetcherEvents } from "../rivals/fetcher-events.ts";
import { countMatrixPasses, matrixEvents } from "../rivals/matrix-events.ts";
import { type A3Parameters, searches, searchIterationCount } from "./parameters.ts";

/** Everything that is counted and later paid: the keys of a report's `events`. */
export function a3Events(parameters: A3Parameters): readonly string[] {
  return [
    ...baseEvents,
    ...(searches(parameters) ? searchEvents : []),
    ...(searches(parameters) || parameters.postScoringPercent > 0 ? ["scanComparisons"] : []),
  ];
}

const searchEvents = [
  "sortedKeyWrittenBits",
  "sortedKeyReadBits",
  "selectorMultiplies",
  "selectorComparisons",
  "partialScoreAdds",
  "sortComparisons",
] as const;

const baseEvents = [
  ...fetcherEvents,
  ...matrixEvents,
  "maximumComparisons",
  "exponentTableReadBits",
  "exponentMultiplies",
  "exponentAdds",
  "divisions",
] as const;

/** Bits of a row id beside a sorted key: 20 KB of keys become 40 KB. */
const ROW_ID_BITS = 8;

/** Bits of a code without its sign. */
export function codeBits({ number }: A3Parameters): number {
  return number.integerBits + number.fractionBits;
}

/** Bits of a key and of its row in the sorted memory. */
export function sortedItemBits(parameters: A3Parameters): number {
  return codeBits(parameters) + ROW_ID_BITS;
}

/** Rows written, and the passes over them; Q·K reads candidates only, the output the kept rows only. */
export function countA3Load(
  events: EventCounts,
  parameters: A3Parameters,
  headDimension: number,
  keyCount: number,
  groups: readonly PassGroup[],
): void {
  const tableBits = 2 * (2 * parameters.number.fractionBits + 1);
  countMatrixPasses(events, headDimension * codeBits(parameters), headDimension, keyCount, groups);
  for (const { queryCount, pass } of groups) {
    const candidates = queryCount * pass.candidateCount;
    const kept = queryCount * pass.keptCount;
    events.maximumComparisons! += candidates;
    if (parameters.postScoringPercent > 0) events.scanComparisons! += candidates;
    // A subtraction of the largest score and an addition to the sum.
    events.exponentAdds! += 2 * kept;
    events.exponentTableReadBits! += kept * tableBits;
    events.exponentMultiplies! += kept;
    events.divisions! += kept;
    if (searches(parameters)) countSearch(events, parameters, headDimension, keyCount, queryCount);
  }
}

/** Both queues begin with a product a column; each iteration pops and refills one place of each. */
function countSearch(
  events: EventCounts,
  parameters: A3Parameters,
  headDimension: number,
  keyCount: number,
  queryCount: number,
): void {
  const iterations = queryCount * searchIterationCount(parameters, keyCount);
  const products = 2 * (iterations + queryCount * headDimension);
  events.selectorMultiplies! += products;
  events.sortedKeyReadBits! += products * sortedItemBits(parameters);
  // A tournament: a new product meets one other a level.
  events.selectorComparisons! += products * Math.ceil(Math.log2(Math.max(2, headDimension)));
  events.partialScoreAdds! += 2 * iterations;
  events.scanComparisons! += queryCount * keyCount;
}

/** The column sort: each pass reads and writes every key with its row, and compares once. */
export function countA3Sort(
  events: EventCounts,
  parameters: A3Parameters,
  headDimension: number,
  keyCount: number,
): void {
  if (!searches(parameters)) return;
  const moved = keyCount * headDimension * sortPassCount(keyCount);
  events.keySramReadBits! += keyCount * headDimension * codeBits(parameters);
  events.sortComparisons! += moved;
  events.sortedKeyReadBits! += moved * sortedItemBits(parameters);
  events.sortedKeyWrittenBits! += (moved + keyCount * headDimension) * sortedItemBits(parameters);
}
