import { attendRow } from "../../inference/decoding/attend-row.ts";
import { type PassOptions, runPass } from "../../inference/decoding/pass.ts";
import { createRotary, type Rotary } from "../../inference/decoding/rotary.ts";
import { createSequence } from "../../inference/decoding/sequence.ts";
import type { LayerRows } from "../../inference/engines/decoder-kernels.ts";
import { densePlan } from "../../pruning/dense-plan.ts";
import { roundTrip } from "../../pruning/quantization.ts";
import type { ScoredDecoder } from "./step-by-step.ts";

/** What few bits do to the probabilities of one query of a head. */
export interface ProbabilityError {
  /** Largest probability in float32. */
  readonly largest: number;
  /** Mean |p - p of few bits| over the query's keys, and their sum. */
  readonly meanError: number;
  readonly totalError: number;
}

/** Queries whose largest probability lies in one tenth of (0, 1]. */
export interface ErrorBin {
  /** Largest probabilities from here on, below `from` + 0.1. */
  readonly from: number;
  readonly queryCount: number;
  /** Mean over queries of the mean |p - p of few bits| over a query's keys, and of their sum. */
  readonly meanError: number;
  readonly totalError: number;
}

/** Queries with that many keys, both ends included. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

/** The errors of a dense pass by tenths of the largest probability. @throws SpattenError as `probabilityErrorPoints` does. */
export async function probabilityErrors(
  ...given: Parameters<typeof probabilityErrorPoints>
): Promise<ErrorBin[]> {
  return errorBins(await probabilityErrorPoints(...given));
}

/** Errors by tenths of the largest probability. */
export function errorBins(points: readonly ProbabilityError[]): ErrorBin[] {
  return Array.from({ length: 10 }, (_, index) => {
    const own = points.filter(({ largest }) => Math.min(9, Math.floor(largest * 10)) === index);
    const meanOf = (error: "meanError" | "totalError"): number =>
      own.reduce((sum, point) => sum + point[error], 0) / Math.max(1, own.length);
    return {
      ...{ from: index / 10, queryCount: own.length },
      ...{ meanError: meanOf("meanError"), totalError: meanOf("totalError") },
    };
  });
}

/**
 * What few bits of Q and K do to the probabilities of a dense pass, query by query of every head (SpAtten, Fig 7). Queries
 * with as many keys as the range says count; each row of Q and K has its own scale, or all rows of a head one. @throws SpattenError `aborted`.
 */
export async function probabilityErrorPoints(
  { model, kernels }: ScoredDecoder,
  ids: readonly number[],
  bits: number,
  keys: KeyRange,
  { scaleOf = "row", ...options }: PassOptions & { readonly scaleOf?: "row" | "head" },
): Promise<ProbabilityError[]> {
  const { headDimension, headCount, keyValueHeadCount } = model.shape;
  const rotary =
    model.positions.kind === "rotary" ? createRotary(headDimension, model.positions.base) : undefined;
  const points: ProbabilityError[] = [];
  const look = ({ query, key }: LayerRows): void => {
    for (let head = 0; head < headCount; head++) {
      const group = Math.floor((head * keyValueHeadCount) / headCount);
      const queries = headRows(query, headCount, head, headDimension, rotary);
      const stored = headRows(key, keyValueHeadCount, group, headDimension, rotary);
      const roughQueries = throughBits(queries, scaleOf === "row" ? headDimension : queries.length, bits);
      const roughKeys = throughBits(stored, scaleOf === "row" ? headDimension : stored.length, bits);
      for (let row = Math.max(0, keys.from - 1); row < Math.min(ids.length, keys.to); row++) {
        const exact = probabilitiesOf(queries, stored, row, headDimension);
        const rough = probabilitiesOf(roughQueries, roughKeys, row, headDimension);
        const largest = exact.reduce((most, value) => Math.max(most, value), 0);
        const total = exact.reduce((sum, value, index) => sum + Math.abs(value - rough[index]!), 0);
        points.push({ largest, meanError: total / exact.length, totalError: total });
      }
    }
  };
  const watched = {
    ...kernels,
    embed: async (...given: Parameters<typeof kernels.embed>) => seen(await kernels.embed(...given)),
    advance: async (...given: Parameters<typeof kernels.advance>) => seen(await kernels.advance(...given)),
  };
  function seen(rows: LayerRows): LayerRows {
    look(rows);
    return rows;
  }
  const sequence = createSequence(model, { plan: densePlan, policies: [] });
  await runPass(model, watched, [{ sequence, ids }], options);
  return points;
}

/** Rows of one head, turned by their positions: (rows, dimension). */
function headRows(
  all: Float32Array,
  headCount: number,
  head: number,
  dimension: number,
  rotary: Rotary | undefined,
): Float32Array {
  const width = headCount * dimension;
  const rows = new Float32Array(all.length / headCount);
  for (let row = 0; row * width < all.length; row++) {
    const start = row * width + head * dimension;
    rows.set(all.subarray(start, start + dimension), row * dimension);
    rotary?.turn(rows, row * dimension, 1, row);
  }
  return rows;
}

/** Each `dimension` numbers through codes with a scale of their own. */
function throughBits(rows: Float32Array, dimension: number, bits: number): Float32Array {
  const result = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += dimension) {
    result.set(roundTrip(rows.subarray(start, start + dimension), bits), start);
  }
  return result;
}

function probabilitiesOf(queries: Float32Array, keys: Float32Array, row: number, dimension: number) {
  return attendRow({
    query: queries.subarray(row * dimension, (row + 1) * dimension),
    ...{ dimension, keys, values: keys, keyScales: undefined, valueScales: undefined },
    ...{ rows: Int32Array.from({ length: row + 1 }, (_, index) => index), valueCount: 1 },
    progressive: undefined,
  }).probabilities;
}
