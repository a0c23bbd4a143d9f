import type { Checkpoint } from "../../base/checkpoint.ts";
import type { Registry } from "../../base/registry.ts";
import { gatherRows } from "../../pruning/cascade.ts";
import type { PruningMethod } from "../../pruning/methods/method.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { EncoderRun, LayerDecision } from "../decisions.ts";
import { attend } from "../engines/reference/attention.ts";
import { gelu } from "../engines/reference/gelu.ts";
import { addInPlace, applyLayerNorm, euclideanNorm } from "../engines/reference/layer-norm.ts";
import { applyLinear, projectHeads } from "../engines/reference/linear.ts";
import type { BertConfig } from "./bert-config.ts";
import type { BertLayerWeights, BertWeights } from "./bert-weights.ts";
import { type CascadeState, createCascade } from "./encoder-cascade.ts";

export interface EncoderInput {
  /** Token ids, special tokens included. */
  readonly ids: readonly number[];
  readonly plan: PruningPlan;
  readonly methods: Registry<PruningMethod>;
  readonly checkpoint: Checkpoint;
  /** Keeps Q, K and V of every head among the decisions. */
  readonly captureTensors: boolean;
  readonly onLayer?: ((done: number, total: number) => void) | undefined;
}

/**
 * BERT under a pruning plan, plain and obvious. A token that a layer drops is gone for the rest of that layer (output
 * projection and feed-forward) and for all later ones, a head for all later ones: rows are gathered, nothing is masked.
 */
export async function runBert(
  config: BertConfig,
  weights: BertWeights,
  input: EncoderInput,
): Promise<EncoderRun> {
  const { plan, checkpoint } = input;
  const shape = {
    layerCount: config.layerCount,
    headCount: config.headCount,
    headDimension: config.headDimension,
    tokenCount: input.ids.length,
  };
  const cascade = createCascade(plan, shape, input.methods);
  const layers: LayerDecision[] = [];
  let hidden = embed(config, weights, input.ids);
  let state: CascadeState = cascade.start;
  for (let layer = 0; layer < config.layerCount; layer++) {
    const layerWeights = weights.layers[layer]!;
    const rows = state.tokens.length;
    const attention = await attend(layerWeights, {
      hidden,
      rows,
      headIds: state.heads,
      dimension: config.headDimension,
      plan,
      checkpoint,
      captureTensors: input.captureTensors,
    });
    const step = cascade.advance(layer, state, attention);
    const keptRows = step.tokenIndices.length;
    const context = gatherHeadRows(attention.headOutputs, config.headDimension, rows, step.tokenIndices);
    hidden = gatherRows(hidden, config.hiddenSize, step.tokenIndices);
    hidden = await finishLayer(layerWeights, hidden, context, {
      headIds: state.heads,
      rows: keptRows,
      dimension: config.headDimension,
      checkpoint,
    });
    layers.push({
      layer,
      tokens: Array.from(state.tokens),
      heads: Array.from(state.heads),
      headDecisions: attention.headDecisions,
      ...step.decision,
      hiddenNorm: euclideanNorm(hidden),
      linearMultiplyAccumulates: linearWork(config, rows, keptRows, state.heads.length),
    });
    state = step.next;
    input.onLayer?.(layer + 1, config.layerCount);
  }
  return { logits: await classify(weights, hidden.subarray(0, config.hiddenSize), checkpoint), layers };
}

/** Word, position and type embeddings summed and normalised: (tokens, hidden). */
function embed(config: BertConfig, weights: BertWeights, ids: readonly number[]): Float32Array {
  const width = config.hiddenSize;
  const hidden = new Float32Array(ids.length * width);
  ids.forEach((id, position) => {
    for (let d = 0; d < width; d++) {
      hidden[position * width + d] =
        weights.wordEmbeddings[id * width + d]! +
        weights.positionEmbeddings[position * width + d]! +
        weights.typeEmbeddings[d]!;
    }
  });
  applyLayerNorm(weights.embeddingNorm, hidden, ids.length);
  return hidden;
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
  weights: BertLayerWeights,
  residual: Float32Array,
  context: Float32Array,
  shape: {
    readonly headIds: ArrayLike<number>;
    readonly rows: number;
    readonly dimension: number;
    readonly checkpoint: Checkpoint;
  },
): Promise<Float32Array> {
  const attended = await projectHeads(weights.attentionOutput, context, shape, shape.checkpoint);
  addInPlace(attended, residual);
  applyLayerNorm(weights.attentionNorm, attended, shape.rows);
  const wide = await applyLinear(weights.intermediate, attended, shape.rows, shape.checkpoint);
  gelu(wide);
  const narrow = await applyLinear(weights.output, wide, shape.rows, shape.checkpoint);
  addInPlace(narrow, attended);
  applyLayerNorm(weights.outputNorm, narrow, shape.rows);
  return narrow;
}

/** Tanh pooler on the first token, then the classifier: (classes). */
async function classify(
  weights: BertWeights,
  first: Float32Array,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const pooled = await applyLinear(weights.pooler, first, 1, checkpoint);
  return applyLinear(weights.classifier, pooled.map(Math.tanh), 1, checkpoint);
}

function linearWork(config: BertConfig, rows: number, keptRows: number, heads: number): number {
  const headWidth = heads * config.headDimension;
  const projections = 3 * rows * config.hiddenSize * headWidth + keptRows * headWidth * config.hiddenSize;
  return projections + 2 * keptRows * config.hiddenSize * config.feedForwardSize;
}
