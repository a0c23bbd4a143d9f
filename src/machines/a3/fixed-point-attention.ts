import { searchCandidates } from "../../hardware/candidate-selector.ts";
import { type SortedColumn, sortColumn } from "../../hardware/column-sorter.ts";
import { createExponentTables, type ExponentTables } from "../../hardware/exponent-tables.ts";
import { scanRows } from "../../hardware/row-scan.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import { toFixedPoint } from "./fixed-point.ts";
import { type A3Parameters, searches, searchIterationCount } from "./parameters.ts";

/** One head on chip: codes, and where candidates are searched for, sorted columns. */
export interface A3Head {
  readonly parameters: A3Parameters;
  readonly dimension: number;
  readonly keyCount: number;
  /** (queries, D), (keys, D), (keys, D). */
  readonly query: Int32Array;
  readonly key: Int32Array;
  readonly value: Int32Array;
  /** (D) columns of (keys); empty on the base machine. */
  readonly columns: readonly SortedColumn[];
  readonly tables: ExponentTables;
}

/** What A3 makes of one query. */
export interface A3Query {
  /** Rows whose dot product is computed, ascending. */
  readonly candidates: Int32Array;
  /** Rows behind post-scoring, ascending. */
  readonly kept: Int32Array;
  /** Of the kept rows, in steps of 2^-2f. */
  readonly weights: Int32Array;
  /** (D), in steps of 2^-3f. */
  readonly output: Float64Array;
  /** Whether the search found nothing, so that every row became a candidate. */
  readonly isFallback: boolean;
}

/** Loads a head: rounds Q, K and V, and sorts the columns of K. @throws SpattenError `input` for values that are not finite. */
export function loadA3Head(parameters: A3Parameters, floats: HeadFloatOperands, dimension: number): A3Head {
  const { number, scoreScaling } = parameters;
  const key = toFixedPoint(number, floats.key);
  const keyCount = key.length / dimension;
  const columnOf = (column: number): Int32Array =>
    Int32Array.from({ length: keyCount }, (_, row) => key[row * dimension + column]!);
  return {
    parameters,
    dimension,
    keyCount,
    query: toFixedPoint(number, floats.query, scoreScaling === "in-query" ? 1 / Math.sqrt(dimension) : 1),
    key,
    value: toFixedPoint(number, floats.value),
    columns: searches(parameters)
      ? Array.from({ length: dimension }, (_, column) => sortColumn(columnOf(column)))
      : [],
    tables: createExponentTables(number),
  };
}

/** One query: candidates, dot products, post-scoring, exponents, output (A3, HPCA 2020). */
export function computeA3Query(head: A3Head, queryIndex: number): A3Query {
  const { parameters, dimension, tables } = head;
  const query = head.query.subarray(queryIndex * dimension, (queryIndex + 1) * dimension);
  const { rows: candidates, isFallback } = candidatesOf(head, query);
  const scores = Float64Array.from(candidates, (row) => dotProduct(head, query, row));
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const divisor = parameters.scoreScaling === "in-query" ? 1 : Math.sqrt(dimension);
  const distances = scores.map((score) => Math.round((largest - score) / divisor));
  const places = postScoring(parameters, distances);
  const exponentials = Int32Array.from(places, (place) => tables.exponential(distances[place]!));
  const sum = exponentials.reduce((total, exponential) => total + exponential, 0);
  const one = 2 ** (2 * parameters.number.fractionBits);
  const weights = exponentials.map((code) => Math.min(tables.largestCode, Math.round((code * one) / sum)));
  const kept = Int32Array.from(places, (place) => candidates[place]!);
  return { candidates, kept, weights, output: outputOf(head, kept, weights), isFallback };
}

/** Rows with a partial score above 0; every row where there is none, or where nothing is searched for. */
function candidatesOf(
  head: A3Head,
  query: Int32Array,
): { readonly rows: Int32Array; readonly isFallback: boolean } {
  const { parameters, keyCount, columns } = head;
  const allRows = () => Int32Array.from({ length: keyCount }, (_, row) => row);
  if (!searches(parameters)) return { rows: allRows(), isFallback: false };
  const { partialScores } = searchCandidates(query, columns, {
    iterationCount: searchIterationCount(parameters, keyCount),
    skipsNegativePops: parameters.candidateSearch.skipsNegativePops,
  });
  const { rows } = scanRows(partialScores, 0, { widthCount: parameters.scanWidthCount, inclusive: false });
  return rows.length > 0 ? { rows, isFallback: false } : { rows: allRows(), isFallback: true };
}

/** Places of the candidates whose weight is at least T % of the largest: a distance of at most ln(100 / T). */
function postScoring({ postScoringPercent, number, scanWidthCount }: A3Parameters, distances: Float64Array) {
  const threshold = Math.log(100 / postScoringPercent) * 2 ** (2 * number.fractionBits);
  const options = { widthCount: scanWidthCount, inclusive: true };
  return scanRows(
    distances.map((distance) => -distance),
    -threshold,
    options,
  ).rows;
}

function dotProduct({ key, dimension }: A3Head, query: Int32Array, row: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += query[d]! * key[row * dimension + d]!;
  return sum;
}

/** Weights × values; i.3f saturates. */
function outputOf(
  { value, dimension, parameters }: A3Head,
  kept: Int32Array,
  weights: Int32Array,
): Float64Array {
  const { integerBits, fractionBits } = parameters.number;
  const largest = 2 ** (integerBits + 3 * fractionBits) - 1;
  const output = new Float64Array(dimension);
  for (const [place, row] of kept.entries()) {
    for (let d = 0; d < dimension; d++) output[d]! += weights[place]! * value[row * dimension + d]!;
  }
  return output.map((code) => Math.max(-largest, Math.min(largest, code)));
}
