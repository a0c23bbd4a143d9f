import type { Checkpoint } from "../../base/checkpoint.ts";
import { quantize } from "../../pruning/quantization.ts";
import type { LayerRows } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { HeadCache } from "./head-cache.ts";
import { attendHeadGroup, type HeadGroupResult } from "./layer-attention.ts";
import { chooseInLayer, concludeLayer, type SequenceLayerResult } from "./layer-choice.ts";
import type { CacheRow } from "./layer-store.ts";
import type { Rotary } from "./rotary.ts";
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
  const choice = chooseInLayer(sequence, where, held);
  const own = context.subarray(first * width, (first + count) * width);
  const groups: HeadGroupResult[] = [];
  for (const head of choice.heads.keyValueHeads) {
    const group = await attendHeadGroup(
      {
        ...{ shape, plan: sequence.plan, keyValueHead: head, cache: caches[head]!, rows: choice.kept[head]! },
        ...{ positions: choice.rows[head]!.positions, query, queryCount: count, checkpoint },
        rotary: moves ? place.rotary : undefined,
        observedQueries: observedQueries(sequence),
      },
      own,
    );
    groups.push(group);
  }
  return concludeLayer(sequence, where, choice, held, { groups });
}

/** How many of an iteration's last queries are summed apart. */
export function observedQueries({ iteration, policy }: Sequence): number {
  return iteration === 0 ? (policy?.observedQueries ?? 0) : 0;
}

/** What each head holds, as copies: what is chosen is told later, when the cache has moved on. */
function heldPositions({ sharesRows }: Sequence, caches: readonly HeadCache[]): Int32Array[] {
  if (!sharesRows) return caches.map((cache) => cache.positions().slice());
  const shared = caches[0]!.positions().slice();
  return caches.map(() => shared);
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
  for (const cache of caches) cache.reserve(cache.rowCount() + rows.count);
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
