import type { Checkpoint } from "../../base/checkpoint.ts";
import { quantize } from "../../pruning/quantization.ts";
import type { CascadeTopK } from "../decisions.ts";
import type { LayerRows } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { CacheTraffic } from "./cache-traffic.ts";
import type { DecoderHeadDecision, DecoderLayerDecision } from "./decoder-decisions.ts";
import type { CacheRow, HeadCache } from "./head-cache.ts";
import { attendHeadGroup } from "./layer-attention.ts";
import type { Rotary } from "./rotary.ts";
import type { RowChoice } from "./row-selector.ts";
import { movesKeys, type Sequence } from "./sequence.ts";

/** The rows of one sequence among those of a pass. */
export interface SequenceRows {
  readonly sequence: Sequence;
  /** Row of the pass at which they begin. */
  readonly first: number;
  readonly count: number;
  /** Position of the first one. */
  readonly position: number;
}

export interface LayerPlace {
  readonly model: DecoderModel;
  readonly layer: number;
  readonly rotary: Rotary | undefined;
  readonly checkpoint: Checkpoint;
}

/** What a sequence decided in one layer, and the rows of each head's cache that it goes on with. */
export interface SequenceLayerResult {
  readonly decision: DecoderLayerDecision;
  readonly traffic: CacheTraffic;
  /** Rows of each key and value head's cache that stay. */
  readonly kept: readonly Int32Array[];
}

/**
 * Attention of one layer for one sequence: stores the new keys and values, chooses the rows and heads that are read, and
 * writes the heads' outputs into `context`, rows of the pass · (heads · dimension). A head that is not chosen gives zeros.
 */
export async function attendSequence(
  place: LayerPlace,
  rows: LayerRows,
  { sequence, first, count, position }: SequenceRows,
  context: Float32Array,
): Promise<SequenceLayerResult> {
  const { model, layer, checkpoint } = place;
  const { shape } = model;
  const { headDimension: dimension, headCount, keyValueHeadCount } = shape;
  const width = headCount * dimension;
  const moves = movesKeys(sequence, model);
  const caches = sequence.caches[layer]!;
  const part = (from: Float32Array, rowWidth: number) =>
    from.slice(first * rowWidth, (first + count) * rowWidth);
  const query = part(rows.query, width);
  const key = part(rows.key, keyValueHeadCount * dimension);
  const value = part(rows.value, keyValueHeadCount * dimension);
  if (place.rotary !== undefined && !moves) {
    for (let row = 0; row < count; row++) {
      place.rotary.turn(query, row * width, headCount, position + row);
      place.rotary.turn(key, row * keyValueHeadCount * dimension, keyValueHeadCount, position + row);
    }
  }
  store(sequence, caches, { key, value, count, position });
  const where = { iteration: sequence.iteration, layer, length: position + count };
  const held = heldPositions(sequence, caches);
  const choices = sequence.rows.choose(where, held);
  const kept = keptRows(sequence, caches, choices);
  const headChoice = sequence.heads.choose(sequence.iteration, layer);
  const own = context.subarray(first * width, (first + count) * width);
  const decisions: DecoderHeadDecision[] = [];
  const keyImportance: Float64Array[] = [];
  const observedSums: Float64Array[] = [];
  const observe = (head: number, positions: Int32Array, sums: Float64Array, observed?: Float64Array) =>
    sequence.rows.observe(where, head, { positions, sums, observed });
  for (const head of headChoice.keyValueHeads) {
    const { positions } = choices[head]!;
    const result = await attendHeadGroup(
      {
        ...{ shape, plan: sequence.plan, keyValueHead: head, cache: caches[head]!, rows: kept[head]! },
        ...{ positions, query, queryCount: count, checkpoint },
        rotary: moves ? place.rotary : undefined,
        observedQueries: sequence.iteration === 0 ? (sequence.policy?.observedQueries ?? 0) : 0,
      },
      own,
    );
    // What heads received together is told once where they choose together.
    if (!sequence.sharesRows) observe(head, positions, result.sums, result.observed);
    sequence.heads.observe(head, result.outputSums);
    decisions.push(...result.decisions);
    keyImportance.push(result.sums);
    if (result.observed !== undefined) observedSums.push(result.observed);
  }
  if (sequence.sharesRows && keyImportance.length > 0) {
    const { positions } = choices[0]!;
    observe(0, positions, sumOf(keyImportance), observedSums.length === 0 ? undefined : sumOf(observedSums));
  }
  const heldRowCount = sequence.evicts
    ? kept.reduce((sum, { length }) => sum + length, 0)
    : caches.reduce((sum, cache) => sum + cache.rowCount(), 0);
  const fetched = headChoice.keyValueHeads.reduce((sum, head) => sum + kept[head]!.length, 0);
  return {
    kept,
    decision: {
      ...{ layer, heads: decisions, keyImportance, heldRowCount },
      tokenTopK: topKsOf(choices),
      ...(headChoice.topK === undefined ? {} : { headTopK: headChoice.topK }),
    },
    traffic: {
      fetchedRows: fetched,
      heldRows: heldRowCount,
      valueRows: decisions.reduce((sum, head) => sum + head.valueRowCount, 0),
      queryCount: decisions.length * count,
      refetchedQueryCount: decisions.reduce((sum, head) => sum + head.refetchedQueries.length, 0),
    },
  };
}

/** What each head holds, as copies: what is chosen is told later, when the cache has moved on. */
function heldPositions({ sharesRows }: Sequence, caches: readonly HeadCache[]): Int32Array[] {
  if (!sharesRows) return caches.map((cache) => cache.positions().slice());
  const shared = caches[0]!.positions().slice();
  return caches.map(() => shared);
}

/** The rows of each cache that its head's choice is. */
function keptRows(
  { sharesRows }: Sequence,
  caches: readonly HeadCache[],
  choices: readonly RowChoice[],
): Int32Array[] {
  if (!sharesRows) return caches.map((cache, head) => rowsOf(cache, choices[head]!.positions));
  const shared = rowsOf(caches[0]!, choices[0]!.positions);
  return caches.map(() => shared);
}

function sumOf(parts: readonly Float64Array[]): Float64Array {
  const [first, ...others] = parts;
  const sum = first!.slice();
  for (const part of others) {
    for (let row = 0; row < sum.length; row++) sum[row]! += part[row]!;
  }
  return sum;
}

/** Appends the new rows of every head. */
function store(
  { plan }: Sequence,
  caches: readonly HeadCache[],
  rows: {
    readonly key: Float32Array;
    readonly value: Float32Array;
    readonly count: number;
    readonly position: number;
  },
): void {
  const { quantization } = plan;
  const keyBits =
    quantization?.kind === "progressive"
      ? quantization.mostSignificantBits + quantization.leastSignificantBits
      : quantization?.keyBits;
  for (let row = 0; row < rows.count; row++) {
    for (const [head, cache] of caches.entries()) {
      const start = (row * caches.length + head) * cache.dimension;
      const slice = (from: Float32Array) => from.subarray(start, start + cache.dimension);
      const position = rows.position + row;
      cache.append(
        position,
        stored(slice(rows.key), keyBits),
        stored(slice(rows.value), quantization?.valueBits),
      );
    }
  }
}

/** A row as the cache keeps it: each has its own scale, so that later ones change nothing of it. */
function stored(values: Float32Array, bits: number | undefined): CacheRow {
  if (bits === undefined) return { numbers: values };
  const { codes, scale } = quantize(values, bits);
  return { numbers: codes, scale };
}

/** Rows of a cache at those positions; both ascend. */
function rowsOf(cache: HeadCache, positions: Int32Array): Int32Array {
  const held = cache.positions();
  const rows = new Int32Array(positions.length);
  let row = 0;
  for (let index = 0; index < positions.length; index++) {
    while (held[row]! < positions[index]!) row++;
    rows[index] = row;
  }
  return rows;
}

/** One top-k where all heads share their choice. */
function topKsOf(choices: readonly RowChoice[]): CascadeTopK[] {
  return [...new Set(choices)].flatMap(({ topK }) => (topK === undefined ? [] : [topK]));
}
