import { neverRest } from "../../base/checkpoint.ts";
import { softmax } from "../../pruning/softmax.ts";
import { gelu } from "../engines/reference/gelu.ts";
import { addInPlace, applyLayerNorm } from "../engines/reference/layer-norm.ts";
import { applyLinear } from "../engines/reference/linear.ts";
import type { BertConfig } from "./bert-config.ts";
import type { BertWeights } from "./bert-weights.ts";

/** What each layer may look at: the twin's only knowledge of pruning. */
export interface LayerMask {
  readonly tokens: readonly number[];
  readonly heads: readonly number[];
  /** Values that each query keeps. */
  readonly valueCount: number;
}

/**
 * BERT as a pruning library without removal does it: every token and head is computed in every layer, and what the
 * masks exclude is set to zero. The logits (classes) must be those of the pruned run.
 */
export async function runMaskedBert(
  config: BertConfig,
  weights: BertWeights,
  ids: readonly number[],
  masks: readonly LayerMask[],
): Promise<Float32Array> {
  const { hiddenSize: width, headDimension } = config;
  const rows = ids.length;
  const embedded = ids.flatMap((id, position) =>
    Array.from(
      { length: width },
      (_, d) =>
        weights.wordEmbeddings[id * width + d]! +
        weights.positionEmbeddings[position * width + d]! +
        weights.typeEmbeddings[d]!,
    ),
  );
  let hidden: Float32Array = Float32Array.from(embedded);
  applyLayerNorm(weights.embeddingNorm, hidden, rows);
  for (const [index, layer] of weights.layers.entries()) {
    const mask = masks[index]!;
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
    const attended = await applyLinear(layer.attentionOutput, context, rows, neverRest);
    addInPlace(attended, hidden);
    applyLayerNorm(layer.attentionNorm, attended, rows);
    const wide = await applyLinear(layer.intermediate, attended, rows, neverRest);
    gelu(wide);
    hidden = await applyLinear(layer.output, wide, rows, neverRest);
    addInPlace(hidden, attended);
    applyLayerNorm(layer.outputNorm, hidden, rows);
  }
  const pooled = await applyLinear(weights.pooler, hidden.slice(0, width), 1, neverRest);
  return applyLinear(weights.classifier, pooled.map(Math.tanh), 1, neverRest);
}
