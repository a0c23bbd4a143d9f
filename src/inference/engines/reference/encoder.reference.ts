import { neverRest } from "../../../base/checkpoint.ts";
import { softmax } from "../../../pruning/softmax.ts";
import type { EncoderLayer, EncoderModel, ModelInput } from "../../models/encoder-model.ts";
import { rowCountOf } from "../../models/encoder-model.ts";
import { applyActivation } from "./activation.ts";
import { embed } from "./embed.ts";
import { applyHead } from "./head.ts";
import { addInPlace, applyLayerNorm, type LayerNorm } from "./layer-norm.ts";
import { applyLinear } from "./linear.ts";

/** What each layer may look at: the twin's only knowledge of pruning. */
export interface LayerMask {
  readonly tokens: readonly number[];
  readonly heads: readonly number[];
  /** Values that each query keeps. */
  readonly valueCount: number;
}

/**
 * An encoder as a pruning library without removal does it: every token and head is computed in every layer, and what the
 * masks exclude is set to zero. `survivors` are the positions that leave the last layer; what the head makes of them
 * must be what the pruned run gives.
 */
export async function runMaskedEncoder(
  model: EncoderModel,
  input: ModelInput,
  masks: readonly LayerMask[],
  survivors: readonly number[],
): Promise<Float32Array> {
  const { hiddenSize: width } = model.shape;
  const rows = rowCountOf(input);
  const isPost = model.normPlacement === "post";
  let hidden = await embed(model, input, neverRest);
  for (const [index, layer] of model.layers.entries()) {
    const attended = await maskedAttention(
      model,
      layer,
      isPost ? hidden : normalized(layer.attentionNorm, hidden, rows),
      masks[index]!,
    );
    addInPlace(attended, hidden);
    if (isPost) applyLayerNorm(layer.attentionNorm, attended, rows);
    const between = isPost ? attended : normalized(layer.outputNorm, attended, rows);
    const wide = await applyLinear(layer.intermediate, between, rows, neverRest);
    applyActivation(model.activation, wide);
    hidden = await applyLinear(layer.output, wide, rows, neverRest);
    addInPlace(hidden, attended);
    if (isPost) applyLayerNorm(layer.outputNorm, hidden, rows);
  }
  if (model.finalNorm !== undefined) applyLayerNorm(model.finalNorm, hidden, rows);
  const left = Float32Array.from(
    survivors.flatMap((row) => Array.from(hidden.subarray(row * width, (row + 1) * width))),
  );
  return applyHead(model.head, left, width, neverRest);
}

function normalized(norm: LayerNorm, x: Float32Array, rows: number): Float32Array {
  const copy = x.slice();
  applyLayerNorm(norm, copy, rows);
  return copy;
}

async function maskedAttention(
  { shape }: EncoderModel,
  layer: EncoderLayer,
  hidden: Float32Array,
  mask: LayerMask,
): Promise<Float32Array> {
  const { hiddenSize: width, headDimension } = shape;
  const rows = hidden.length / width;
  const query = await applyLinear(layer.query, hidden, rows, neverRest);
  const key = await applyLinear(layer.key, hidden, rows, neverRest);
  const value = await applyLinear(layer.value, hidden, rows, neverRest);
  const context = new Float32Array(rows * width);
  for (const head of mask.heads) {
    for (let row = 0; row < rows; row++) {
      const scores = Float64Array.from({ length: rows }, (_, other) => {
        if (!mask.tokens.includes(other)) return Number.NEGATIVE_INFINITY;
        let sum = 0;
        for (let d = head * headDimension; d < (head + 1) * headDimension; d++) {
          sum += query[row * width + d]! * key[other * width + d]!;
        }
        return sum / Math.sqrt(headDimension);
      });
      const probabilities = softmax(scores);
      const kept = mask.tokens
        .toSorted((left, right) => probabilities[right]! - probabilities[left]! || left - right)
        .slice(0, mask.valueCount);
      for (let d = head * headDimension; d < (head + 1) * headDimension; d++) {
        const products = kept.toSorted((left, right) => left - right);
        context[row * width + d] = products.reduce(
          (sum, other) => sum + probabilities[other]! * value[other * width + d]!,
          0,
        );
      }
    }
  }
  return applyLinear(layer.attentionOutput, context, rows, neverRest);
}
