import type { Checkpoint } from "../../base/checkpoint.ts";
import { keptValueCount } from "../../pruning/local-value.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { roundTrip } from "../../pruning/quantization.ts";
import type { DecoderShape } from "../models/decoder-model.ts";
import { attendRow, type RowAttention } from "./attend-row.ts";
import type { DecoderHeadDecision } from "./decoder-decisions.ts";
import type { HeadCache } from "./head-cache.ts";
import type { Rotary } from "./rotary.ts";

/** The new rows of one sequence in one layer, and how far each of their heads may look. */
export interface HeadGroupWork {
  readonly shape: DecoderShape;
  readonly plan: PruningPlan;
  readonly keyValueHead: number;
  readonly cache: HeadCache;
  /** Rows of the cache that are read, ascending; the new ones are the last `queryCount` of them. */
  readonly rows: Int32Array;
  /** Positions of these rows, where decisions are told by. */
  readonly positions: Int32Array;
  /** Turned: (queries, heads · dimension). */
  readonly query: Float32Array;
  readonly queryCount: number;
  /** Where keys are turned as they stand in the cache; they were stored unturned, as the queries are. */
  readonly rotary?: Rotary | undefined;
  /** How many of the last queries are summed apart. */
  readonly observedQueries: number;
  readonly checkpoint: Checkpoint;
}

export interface HeadGroupResult {
  readonly decisions: readonly DecoderHeadDecision[];
  /** Sum of |E| of each query head. */
  readonly outputSums: readonly number[];
  /** Probabilities summed over the query heads and queries: (rows); and over the last queries alone. */
  readonly sums: Float64Array;
  readonly observed: Float64Array | undefined;
}

/**
 * The query heads that share one key and value head, each query after the other over the rows before it; outputs go into
 * `context` (queries, heads · dimension).
 */
export async function attendHeadGroup(work: HeadGroupWork, context: Float32Array): Promise<HeadGroupResult> {
  const { shape, plan, rows, queryCount, keyValueHead, positions } = work;
  const { headDimension: dimension, headCount, keyValueHeadCount } = shape;
  const groupSize = headCount / keyValueHeadCount;
  const operands = operandsOf(work);
  const sums = new Float64Array(rows.length);
  const observed = work.observedQueries > 0 ? new Float64Array(rows.length) : undefined;
  const decisions: DecoderHeadDecision[] = [];
  const outputSums: number[] = [];
  for (let member = 0; member < groupSize; member++) {
    const head = keyValueHead * groupSize + member;
    const touched = plan.values === undefined ? undefined : new Uint8Array(rows.length);
    const valuesPerQuery: number[] = [];
    const refetchedQueries: number[] = [];
    const maximumProbability: number[] = [];
    let outputSum = 0;
    for (let query = 0; query < queryCount; query++) {
      const rest = work.checkpoint();
      if (rest !== undefined) await rest;
      const visible = rows.length - queryCount + query + 1;
      const start = (query * headCount + head) * dimension;
      const valueCount = plan.values === undefined ? visible : keptValueCount(plan.values, visible);
      const attended = attendRow({
        ...operands,
        query: queryOf(work, start, visible - 1),
        rows: visible === rows.length ? operands.rows : operands.rows.subarray(0, visible),
        valueCount,
      });
      for (let d = 0; d < dimension; d++) {
        const value = Math.fround(attended.output[d]!);
        context[start + d] = value;
        outputSum += Math.abs(value);
      }
      addTo(sums, attended.probabilities);
      if (observed !== undefined && query >= queryCount - work.observedQueries)
        addTo(observed, attended.probabilities);
      if (touched !== undefined) markKept(touched, attended.kept, visible);
      valuesPerQuery.push(valueCount);
      maximumProbability.push(attended.maximumProbability);
      if (attended.refetched) refetchedQueries.push(query);
    }
    outputSums.push(outputSum);
    decisions.push({
      ...{ head, keyValueHead, keyPositions: positions, valuesPerQuery, refetchedQueries },
      ...{ maximumProbability, valueRowCount: touched === undefined ? rows.length : countOf(touched) },
    });
  }
  return { decisions, outputSums, sums, observed };
}

type Operands = Omit<RowAttention, "query" | "valueCount">;

/** Keys and values as the queries meet them. */
function operandsOf(work: HeadGroupWork): Operands {
  const { cache, rows, plan } = work;
  const { dimension } = cache;
  const progressive =
    plan.quantization?.kind === "progressive"
      ? {
          lowBits: plan.quantization.leastSignificantBits,
          threshold: plan.quantization.maximumProbabilityThreshold,
        }
      : undefined;
  const slots = cache.slots();
  const stored = {
    ...{ dimension, rows: rows.map((row) => slots[row]!) },
    ...{ progressive, keys: cache.keys(), values: cache.values() },
    ...{ keyScales: cache.keyScales(), valueScales: cache.valueScales() },
  };
  if (work.rotary === undefined) return stored;
  // Together as if nothing had been between them: the first row that is read stands at 0.
  const keys = new Float32Array(rows.length * dimension);
  const values = new Float32Array(rows.length * dimension);
  for (let index = 0; index < rows.length; index++) {
    const [start, end] = [stored.rows[index]! * dimension, (stored.rows[index]! + 1) * dimension];
    keys.set(stored.keys.subarray(start, end), index * dimension);
    values.set(stored.values.subarray(start, end), index * dimension);
    work.rotary.turn(keys, index * dimension, 1, index);
  }
  return { ...stored, keys, values, rows: Int32Array.from(rows, (_, index) => index) };
}

/** A query through its own quantization, turned where that waits until now. */
function queryOf(work: HeadGroupWork, start: number, place: number): Float32Array {
  const { cache, rotary, plan } = work;
  const slice = work.query.subarray(start, start + cache.dimension);
  if (rotary !== undefined) {
    const turned = slice.slice();
    rotary.turn(turned, 0, 1, place);
    return turned;
  }
  return plan.quantization === undefined ? slice : roundTrip(slice, plan.quantization.queryBits);
}

function countOf(flags: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < flags.length; row++) count += flags[row]!;
  return count;
}

function addTo(sums: Float64Array, probabilities: Float64Array): void {
  for (let row = 0; row < probabilities.length; row++) sums[row]! += probabilities[row]!;
}

function markKept(touched: Uint8Array, kept: Int32Array | undefined, visible: number): void {
  if (kept === undefined) touched.fill(1, 0, visible);
  else for (const row of kept) touched[row] = 1;
}
