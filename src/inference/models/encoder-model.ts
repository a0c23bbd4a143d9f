import type { LayerNorm } from "../engines/reference/layer-norm.ts";
import type { Linear } from "../engines/reference/linear.ts";

/** Shape of a stack of encoder layers. */
export interface EncoderShape {
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly feedForwardSize: number;
}

/** `gelu` is exact; `gelu-tanh` its approximation by a hyperbolic tangent; `silu` is x times its sigmoid. */
export type Activation = "gelu" | "gelu-tanh" | "relu" | "silu" | "tanh";

/** Weights of one layer; every matrix is (outputs, inputs). */
export interface EncoderLayer {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly attentionOutput: Linear;
  readonly attentionNorm: LayerNorm;
  readonly intermediate: Linear;
  readonly output: Linear;
  readonly outputNorm: LayerNorm;
}

/** Ids to hidden states: word, position and type embeddings summed and normalised. */
export interface TokenEmbeddings {
  readonly kind: "tokens";
  /** (vocabulary, hidden) */
  readonly words: Float32Array;
  /** (positions, hidden) */
  readonly positions: Float32Array;
  /** Row of `positions` that the first token takes. */
  readonly firstPosition: number;
  /** (types, hidden); absent in layouts without types. */
  readonly types?: Float32Array | undefined;
  readonly norm: LayerNorm;
}

/** Patches of an image, or frames of a sound, to hidden states: projected, behind a class token, with positions. */
export interface PatchEmbeddings {
  readonly kind: "patches";
  readonly projection: Linear;
  /** (hidden) */
  readonly classToken: Float32Array;
  /** (1 + patches, hidden) */
  readonly positions: Float32Array;
}

export type Embeddings = TokenEmbeddings | PatchEmbeddings;

/** A dense layer of a head, with what follows it. */
export interface HeadLayer {
  readonly linear: Linear;
  readonly activation?: Activation | undefined;
  readonly norm?: LayerNorm | undefined;
}

/** What is made of the last hidden states. */
export type EncoderHead =
  /** Dense layers on the first token: (classes). */
  | { readonly kind: "first-token"; readonly layers: readonly HeadLayer[] }
  /** Dense layers on every token that is left: (tokens, outputs). */
  | { readonly kind: "each-token"; readonly layers: readonly HeadLayer[] }
  /** Mean over the tokens that are left, brought to unit length: (hidden). */
  | { readonly kind: "mean" };

/** An encoder of any architecture, as the engines run it. */
export interface EncoderModel {
  readonly shape: EncoderShape;
  readonly activation: Activation;
  /** `post`: x = norm(x + f(x)), as in BERT; `pre`: x = x + f(norm(x)), as in ViT, and `finalNorm` behind the last layer. */
  readonly normPlacement: "post" | "pre";
  readonly embeddings: Embeddings;
  readonly layers: readonly EncoderLayer[];
  readonly finalNorm?: LayerNorm | undefined;
  readonly head: EncoderHead;
}

/** What a model is given: token ids, special ones included, or patches (patches, features). */
export type ModelInput =
  | {
      readonly kind: "tokens";
      readonly ids: readonly number[];
      /** Type of each token; 0 where absent. */
      readonly typeIds?: readonly number[] | undefined;
    }
  | { readonly kind: "patches"; readonly features: Float32Array; readonly patchCount: number };

/** Rows that enter the first layer. */
export function rowCountOf(input: ModelInput): number {
  return input.kind === "tokens" ? input.ids.length : 1 + input.patchCount;
}

/** Multiply-accumulates of a layer outside its attention: projections of `rows`, the rest on the rows that stay. */
export function linearWork(shape: EncoderShape, rows: number, keptRows: number, heads: number): number {
  const headWidth = heads * shape.headDimension;
  const projections = 3 * rows * shape.hiddenSize * headWidth + keptRows * headWidth * shape.hiddenSize;
  return projections + 2 * keptRows * shape.hiddenSize * shape.feedForwardSize;
}
