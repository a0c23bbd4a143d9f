import { neverRest } from "../../base/checkpoint.ts";
import { referenceDecoder } from "../engines/reference/decoder.ts";
import type { DecoderModel } from "../models/decoder-model.ts";

/** The positions that a query reads in a layer, by key and value head; undefined for a head that is away. */
export type VisiblePositions = (
  position: number,
  layer: number,
  keyValueHead: number,
) => readonly number[] | undefined;

/**
 * A whole text at once, without a cache: every token meets every other one, and what it may not read is masked. Slow twin of
 * running step by step. With `movesKeys` what is read stands together, the first of it at position 0.
 * @returns normalised states (tokens, hidden).
 */
export async function runMaskedDecoder(
  model: DecoderModel,
  ids: readonly number[],
  visible: VisiblePositions,
  { movesKeys = false }: { readonly movesKeys?: boolean } = {},
): Promise<Float32Array> {
  const { shape } = model;
  const { headCount, headDimension: dimension, keyValueHeadCount, layerCount } = shape;
  const kernels = referenceDecoder(model);
  const call = { checkpoint: neverRest };
  const positions = Int32Array.from(ids, (_, position) => position);
  let rows = await kernels.embed(Int32Array.from(ids), positions, call);
  for (let layer = 0; ; layer++) {
    const context = new Float32Array(ids.length * headCount * dimension);
    for (let position = 0; position < ids.length; position++) {
      for (let head = 0; head < headCount; head++) {
        const keyValueHead = Math.floor((head * keyValueHeadCount) / headCount);
        const read = visible(position, layer, keyValueHead);
        if (read === undefined) continue;
        const placeOf = (other: number) => (movesKeys ? read.indexOf(other) : other);
        const query = turned(model, rows.query, position * headCount + head, placeOf(position));
        const scores = ids.map((_, other) => {
          if (!read.includes(other)) return -Infinity;
          const key = turned(model, rows.key, other * keyValueHeadCount + keyValueHead, placeOf(other));
          return query.reduce((sum, value, d) => sum + value * key[d]!, 0) / Math.sqrt(dimension);
        });
        const largest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - largest));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (let d = 0; d < dimension; d++) {
          const sum = weights.reduce((before, weight, other) => {
            const value = rows.value[(other * keyValueHeadCount + keyValueHead) * dimension + d]!;
            return before + (weight / total) * value;
          }, 0);
          context[(position * headCount + head) * dimension + d] = sum;
        }
      }
    }
    if (layer + 1 === layerCount) return kernels.finish(rows.hidden, context, call);
    rows = await kernels.advance(layer, rows.hidden, context, call);
  }
}

/** One head of a row, turned by its position where positions are rotary, pair by pair as the definition has it. */
function turned(model: DecoderModel, from: Float32Array, index: number, position: number): number[] {
  const { headDimension: dimension } = model.shape;
  const head = Array.from(from.subarray(index * dimension, (index + 1) * dimension));
  if (model.positions.kind === "learned") return head;
  const { base } = model.positions;
  const half = dimension / 2;
  return head.map((value, d) => {
    const pair = d % half;
    const angle = position / base ** ((2 * pair) / dimension);
    const other = d < half ? -head[d + half]! : head[d - half]!;
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}
