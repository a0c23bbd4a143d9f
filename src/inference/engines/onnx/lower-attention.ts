import type { Quantization } from "../../../pruning/plan.ts";
import { lowerLinears } from "./lower-linear.ts";
import { lowerRoundTrip } from "./lower-quantization.ts";
import { type AttentionForm, type Lowering, shapeOf, type TokenRows } from "./lowering.ts";
import type { AttentionWeights } from "./slice-heads.ts";

/** What a layer's attention makes, as names of values; a fused one keeps the first two to itself. */
export interface LoweredAttention {
  /** (batch, heads, queries, keys) */
  readonly probabilities?: string;
  /** (batch, heads, queries, dimension) */
  readonly headOutputs?: string;
  /** Head outputs side by side: (batch · width, heads · dimension). */
  readonly context: string;
}

/** What a layer's attention computes with. */
export interface AttentionParts {
  readonly weights: AttentionWeights;
  readonly dimension: number;
  readonly quantization: Quantization | undefined;
}

/** Multi-head attention over the rows that are there (SpAtten, Algorithm 1); `input` (batch · width, hidden). */
export function lowerAttention(
  lowering: Lowering,
  input: string,
  rows: TokenRows,
  { weights, dimension, quantization }: AttentionParts,
): LoweredAttention {
  const { graph } = lowering;
  const heads = weights.query.outputs / dimension;
  const { query, key, value } = lowerLinears(lowering, input, {
    query: weights.query,
    key: weights.key,
    value: weights.value,
  });
  const { attention = "standard" } = lowering.options;
  if (attention !== "standard") {
    return { context: lowerFusedAttention(lowering, [query!, key!, value!], heads, dimension, attention) };
  }
  const apart = shapeOf(lowering, [-1, heads, dimension]);
  const bits = quantization?.kind === "static" ? quantization : undefined;
  const split = (x: string, order: readonly number[], elementBits: number | undefined) => {
    const wide = graph.node("Reshape", [x, apart]);
    const operand = elementBits === undefined ? wide : lowerRoundTrip(lowering, wide, elementBits, rows);
    return graph.node("Transpose", [operand], { attributes: { perm: order } });
  };
  const scores = graph.node("MatMul", [
    split(query!, [0, 2, 1, 3], bits?.queryBits),
    split(key!, [0, 2, 3, 1], bits?.keyBits),
  ]);
  const seen = rows.padding === undefined ? scores : graph.node("Add", [scores, rows.padding.scoreBias]);
  const probabilities = graph.node("Softmax", [seen], { attributes: { axis: -1 } });
  const headOutputs = graph.node("MatMul", [probabilities, split(value!, [0, 2, 1, 3], bits?.valueBits)]);
  const together = graph.node("Transpose", [headOutputs], { attributes: { perm: [0, 2, 1, 3] } });
  const context = graph.node("Reshape", [together, graph.integers([-1, heads * dimension])]);
  return { probabilities, headOutputs, context };
}

/** Attention as one operator, Q scaled beforehand: (rows, heads · dimension). */
function lowerFusedAttention(
  lowering: Lowering,
  operands: readonly string[],
  heads: number,
  dimension: number,
  form: Exclude<AttentionForm, "standard">,
): string {
  const { graph } = lowering;
  const sentences = shapeOf(lowering, [-1, heads * dimension]);
  const inputs = operands.map((operand) => graph.node("Reshape", [operand, sentences]));
  const fused =
    form === "contrib"
      ? graph.node("MultiHeadAttention", inputs, {
          ...{ domain: "com.microsoft", attributes: { num_heads: heads }, floats: { scale: 1 } },
        })
      : graph.node("Attention", inputs, {
          ...{ attributes: { q_num_heads: heads, kv_num_heads: heads }, floats: { scale: 1 } },
        });
  return graph.node("Reshape", [fused, graph.integers([-1, heads * dimension])]);
}

/**
 * Attention that each token received, column sums over heads and queries (SpAtten, section III-A): (batch, width). A
 * product with a row of ones for each head: runtimes sum over the first of two axes much slower than they multiply.
 */
export function lowerTokenImportance({ graph }: Lowering, probabilities: string, rows: TokenRows): string {
  const weights =
    rows.padding === undefined
      ? graph.node("Expand", [
          graph.float(1),
          graph.node("Concat", [graph.integers([1, 1, 1]), rows.width], { attributes: { axis: 0 } }),
        ])
      : // Rows of padding are queries too, but nobody's: a weight of 0 leaves them out.
        graph.node("Unsqueeze", [rows.padding.tokenWeight, graph.integers([1, 2])]);
  const sums = graph.node("MatMul", [weights, probabilities]);
  return graph.node("ReduceSum", [sums, graph.integers([1, 2])], { attributes: { keepdims: 0 } });
}
