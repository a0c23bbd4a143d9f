import type { Checkpoint } from "../../../base/checkpoint.ts";
import { gatherRows } from "../../../pruning/cascade.ts";
import type { EncoderRun, LayerDecision } from "../../decisions.ts";
import { type CascadeState, createCascade } from "../../models/encoder-cascade.ts";
import { type EncoderLayer, type EncoderModel, linearWork, rowCountOf } from "../../models/encoder-model.ts";
import type { EncoderInput } from "../engine.ts";
import { applyActivation } from "./activation.ts";
import { attend } from "./attention.ts";
import { embed } from "./embed.ts";
import { applyHead } from "./head.ts";
import { addInPlace, applyLayerNorm, euclideanNorm, type LayerNorm } from "./layer-norm.ts";
import { applyLinear, projectHeads } from "./linear.ts";

/**
 * An encoder under a pruning plan, plain and obvious. A token that a layer drops is gone for the rest of that layer (output
 * projection and feed-forward) and for all later ones, a head for all later ones: rows are gathered, nothing is masked.
 */
export async function runEncoder(model: EncoderModel, input: EncoderInput): Promise<EncoderRun> {
  const { plan, checkpoint } = input;
  const { shape } = model;
  const cascade = createCascade(
    plan,
    {
      layerCount: shape.layerCount,
      headCount: shape.headCount,
      headDimension: shape.headDimension,
      tokenCount: rowCountOf(input.input),
    },
    input.methods,
  );
  const layers: LayerDecision[] = [];
  let hidden = await embed(model, input.input, checkpoint);
  let state: CascadeState = cascade.start;
  for (let layer = 0; layer < shape.layerCount; layer++) {
    const weights = model.layers[layer]!;
    const rows = state.tokens.length;
    const attention = await attend(weights, {
      hidden: model.normPlacement === "pre" ? normalized(weights.attentionNorm, hidden, rows) : hidden,
      rows,
      headIds: state.heads,
      dimension: shape.headDimension,
      plan,
      checkpoint,
      arithmetic: input.arithmetic ?? "float32",
      captureTensors: input.captureTensors,
    });
    const step = cascade.advance(layer, state, attention);
    const keptRows = step.tokenIndices.length;
    const context = gatherHeadRows(attention.headOutputs, shape.headDimension, rows, step.tokenIndices);
    hidden = await finishLayer(
      model,
      weights,
      gatherRows(hidden, shape.hiddenSize, step.tokenIndices),
      context,
      {
        headIds: state.heads,
        rows: keptRows,
        dimension: shape.headDimension,
        checkpoint,
      },
    );
    layers.push({
      layer,
      tokens: Array.from(state.tokens),
      heads: Array.from(state.heads),
      headDecisions: attention.headDecisions,
      ...step.decision,
      hiddenNorm: euclideanNorm(hidden),
      linearMultiplyAccumulates: linearWork(shape, rows, keptRows, state.heads.length),
    });
    state = step.next;
    input.onLayer?.(layer + 1, shape.layerCount);
  }
  if (model.finalNorm !== undefined) applyLayerNorm(model.finalNorm, hidden, state.tokens.length);
  return {
    logits: await applyHead(model.head, hidden, shape.hiddenSize, checkpoint),
    outputTokens: Array.from(state.tokens),
    layers,
  };
}

/** A normalised copy of x (rows, width). */
function normalized(norm: LayerNorm, x: Float32Array, rows: number): Float32Array {
  const copy = x.slice();
  applyLayerNorm(norm, copy, rows);
  return copy;
}

/** The rows that stay of (heads, rows, dimension). */
function gatherHeadRows(
  headOutputs: Float32Array,
  dimension: number,
  rows: number,
  kept: Int32Array,
): Float32Array {
  const heads = headOutputs.length / (rows * dimension);
  const result = new Float32Array(heads * kept.length * dimension);
  for (let head = 0; head < heads; head++) {
    const from = headOutputs.subarray(head * rows * dimension, (head + 1) * rows * dimension);
    result.set(gatherRows(from, dimension, kept), head * kept.length * dimension);
  }
  return result;
}

/** Output projection, feed-forward and both normalisations, on the surviving rows. */
async function finishLayer(
  { normPlacement, activation }: EncoderModel,
  weights: EncoderLayer,
  residual: Float32Array,
  context: Float32Array,
  shape: {
    readonly headIds: ArrayLike<number>;
    readonly rows: number;
    readonly dimension: number;
    readonly checkpoint: Checkpoint;
  },
): Promise<Float32Array> {
  const { rows, checkpoint } = shape;
  const attended = await projectHeads(weights.attentionOutput, context, shape, checkpoint);
  addInPlace(attended, residual);
  if (normPlacement === "post") applyLayerNorm(weights.attentionNorm, attended, rows);
  const input = normPlacement === "pre" ? normalized(weights.outputNorm, attended, rows) : attended;
  const wide = await applyLinear(weights.intermediate, input, rows, checkpoint);
  applyActivation(activation, wide);
  const narrow = await applyLinear(weights.output, wide, rows, checkpoint);
  addInPlace(narrow, attended);
  if (normPlacement === "post") applyLayerNorm(weights.outputNorm, narrow, rows);
  return narrow;
}
