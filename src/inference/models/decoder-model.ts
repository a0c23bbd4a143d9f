import type { LayerNorm } from "../engines/reference/layer-norm.ts";
import type { Linear } from "../engines/reference/linear.ts";
import type { Activation } from "./encoder-model.ts";

/** Shape of a stack of decoder layers. */
export interface DecoderShape {
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly headCount: number;
  /** Heads that have keys and values of their own; each serves `headCount / keyValueHeadCount` query heads. */
  readonly keyValueHeadCount: number;
  readonly headDimension: number;
  readonly feedForwardSize: number;
}

/** Scale of a root-mean-square normalisation, (width); nothing is shifted (Zhang and Sennrich 2019). */
export interface RootMeanSquareNorm {
  readonly kind: "root-mean-square";
  readonly weight: Float32Array;
  readonly epsilon: number;
}

/** A normalisation of a decoder. */
export type DecoderNorm = RootMeanSquareNorm | ({ readonly kind: "layer" } & LayerNorm);

/** `plain`: output(f(intermediate x)); `gated`: output(f(gate x) * intermediate x), as in SwiGLU (Shazeer 2020). */
export type FeedForward =
  | {
      readonly kind: "plain";
      readonly intermediate: Linear;
      readonly output: Linear;
      readonly activation: Activation;
    }
  | {
      readonly kind: "gated";
      readonly gate: Linear;
      readonly intermediate: Linear;
      readonly output: Linear;
      readonly activation: Activation;
    };

/** Weights of one layer, pre-norm; every matrix is (outputs, inputs). */
export interface DecoderLayer {
  readonly attentionNorm: DecoderNorm;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly attentionOutput: Linear;
  readonly feedForwardNorm: DecoderNorm;
  readonly feedForward: FeedForward;
}

/** Where a token stands: a vector added to its embedding, or a turn of its queries and keys (RoPE, Su et al. 2021). */
export type DecoderPositions =
  /** (positions, hidden) */
  | { readonly kind: "learned"; readonly table: Float32Array }
  /** Pairs (i, i + dimension / 2) turn by position / base^(2 i / dimension). */
  | { readonly kind: "rotary"; readonly base: number };

/** A decoder of any architecture, as the engines run it. */
export interface DecoderModel {
  readonly shape: DecoderShape;
  readonly vocabularySize: number;
  /** Tokens that it has positions for. */
  readonly positionCount: number;
  /** (vocabulary, hidden) */
  readonly words: Float32Array;
  readonly positions: DecoderPositions;
  readonly layers: readonly DecoderLayer[];
  readonly finalNorm: DecoderNorm;
  /** (vocabulary, hidden): `words` itself where a model ties the two. */
  readonly output: Float32Array;
}

/** Multiply-accumulates of a layer outside its attention for so many rows. */
export function decoderLinearWork(shape: DecoderShape, rows: number, isGated: boolean): number {
  const { hiddenSize, headCount, keyValueHeadCount, headDimension, feedForwardSize } = shape;
  const projections = hiddenSize * headDimension * (2 * headCount + 2 * keyValueHeadCount);
  return rows * (projections + (isGated ? 3 : 2) * hiddenSize * feedForwardSize);
}
