import type { DecoderShape } from "../../models/decoder-model.ts";
import type { LinearLowering } from "./lowering.ts";

/** What all layers of a graph over a cache share, as names of values. */
export interface CachedRows {
  readonly shape: DecoderShape;
  /** Added to the scores of the new rows, so that none looks ahead: (group · rows, rows). */
  readonly ownBias: string;
  /** Rows of one to be summed over: (sums, group · rows). */
  readonly sumWeights: string;
  /** Key and value heads to be summed over: (head sums, key and value heads). */
  readonly headWeights: string;
  /** Minus the number of new rows: (1). */
  readonly ownStart: string;
  /** Cosines and sines of the new positions where they are rotary: (rows, 1, dimension / 2). */
  readonly turn?: { readonly cosines: string; readonly sines: string } | undefined;
}

/** A layer's cache, as names of inputs: (key and value heads, capacity, dimension); bias (1 or heads, 1, capacity). */
export interface CachedLayer {
  readonly keys: string;
  readonly values: string;
  readonly bias: string;
}

/** What a layer's attention makes, as names of values. */
export interface LoweredCachedAttention {
  /** (rows, heads · dimension) */
  readonly context: string;
  /** New rows for the cache: (rows, key and value heads · dimension). */
  readonly key: string;
  readonly value: string;
  /** As in `WholeLayer`, flat. */
  readonly sums: string;
  readonly maximumProbabilities: string;
  readonly outputSums: string;
}

/** Attention of new rows over those of a cache and one another, in standard operators. */
export function lowerCachedAttention(
  { graph }: LinearLowering,
  rows: CachedRows,
  cache: CachedLayer,
  projections: { readonly query: string; readonly key: string; readonly value: string },
): LoweredCachedAttention {
  const { headCount, keyValueHeadCount, headDimension: dimension } = rows.shape;
  const group = headCount / keyValueHeadCount;
  const { node, integers } = graph;
  const reshape = (x: string, shape: readonly number[]) => node("Reshape", [x, integers(shape)]);
  const transpose = (x: string, perm: readonly number[]) => node("Transpose", [x], { attributes: { perm } });
  const flat = (x: string) => reshape(x, [-1]);

  const turned = (x: string, heads: number) =>
    lowerTurn({ graph }, reshape(x, [-1, heads, dimension]), dimension, rows.turn);
  const query = node("Mul", [turned(projections.query, headCount), graph.float(1 / Math.sqrt(dimension))]);
  const key = turned(projections.key, keyValueHeadCount);
  const value = reshape(projections.value, [-1, keyValueHeadCount, dimension]);
  // The query heads of a group become rows that meet the same keys.
  const apart = reshape(query, [-1, keyValueHeadCount, group, dimension]);
  const queries = reshape(transpose(apart, [1, 2, 0, 3]), [keyValueHeadCount, -1, dimension]);

  const held = node("Add", [node("MatMul", [queries, transpose(cache.keys, [0, 2, 1])]), cache.bias]);
  const own = node("Add", [node("MatMul", [queries, transpose(key, [1, 2, 0])]), rows.ownBias]);
  const scores = node("Concat", [held, own], { attributes: { axis: 2 } });
  const probabilities = node("Softmax", [scores], { attributes: { axis: -1 } });
  const between = (from: string, to: string) => node("Slice", [probabilities, from, to, integers([2])]);
  const output = node("Add", [
    node("MatMul", [between(integers([0]), rows.ownStart), cache.values]),
    node("MatMul", [between(rows.ownStart, integers([2 ** 31 - 1])), transpose(value, [1, 0, 2])]),
  ]);

  const wide = reshape(output, [keyValueHeadCount, group, -1, dimension]);
  const absolute = node("Abs", [reshape(output, [headCount, -1])]);
  return {
    context: reshape(transpose(wide, [2, 0, 1, 3]), [-1, headCount * dimension]),
    key: reshape(key, [-1, keyValueHeadCount * dimension]),
    value: projections.value,
    sums: flat(
      node("MatMul", [
        rows.headWeights,
        reshape(node("MatMul", [rows.sumWeights, probabilities]), [keyValueHeadCount, -1]),
      ]),
    ),
    maximumProbabilities: flat(
      node("ReduceMax", [probabilities], { attributes: { axes: [2], keepdims: 0 } }),
    ),
    outputSums: node("ReduceSum", [absolute, integers([1])], { attributes: { keepdims: 0 } }),
  };
}

/** Heads (rows, heads, dimension) turned by their positions, halves as `createRotary` pairs them. */
function lowerTurn(
  { graph }: Pick<LinearLowering, "graph">,
  x: string,
  dimension: number,
  turn: CachedRows["turn"],
): string {
  if (turn === undefined) return x;
  const half = dimension / 2;
  const { node, integers } = graph;
  const between = (from: number, to: number) =>
    node("Slice", [x, integers([from]), integers([to]), integers([2])]);
  const [left, right] = [between(0, half), between(half, dimension)];
  const product = (part: string, by: string) => node("Mul", [part, by]);
  return node(
    "Concat",
    [
      node("Sub", [product(left, turn.cosines), product(right, turn.sines)]),
      node("Add", [product(right, turn.cosines), product(left, turn.sines)]),
    ],
    { attributes: { axis: 2 } },
  );
}
