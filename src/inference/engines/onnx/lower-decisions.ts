import type { LoweredAttention } from "./lower-attention.ts";
import type { Lowering, TokenRows } from "./lowering.ts";

/** Names of the outputs that tell what layer `layer` worked on and decided. */
export function layerOutputs(layer: number) {
  return {
    positions: `layer_${layer}_positions`,
    counts: `layer_${layer}_counts`,
    importance: `layer_${layer}_importance`,
    scores: `layer_${layer}_scores`,
    maximumProbability: `layer_${layer}_maximum_probability`,
    headImportance: `layer_${layer}_head_importance`,
    hiddenNorm: `layer_${layer}_hidden_norm`,
  };
}

/** Outputs of a layer that are recorded whether or not it prunes. */
export function lowerAttentionRecord(
  { graph }: Lowering,
  layer: number,
  attention: Required<LoweredAttention>,
  rows: TokenRows,
  batch: number | string,
): void {
  const names = layerOutputs(layer);
  const most = graph.node("ReduceMax", [attention.probabilities], { attributes: { axes: [3], keepdims: 0 } });
  graph.output(names.maximumProbability, most, "float32", [batch, "heads", `rows_${layer}`]);
  // Sum of |E| over the dimensions, then over the queries (SpAtten, section III-B).
  const ofQueries = graph.node(
    "ReduceSum",
    [graph.node("Abs", [attention.headOutputs]), graph.integers([3])],
    { attributes: { keepdims: 0 } },
  );
  const counted =
    rows.padding === undefined
      ? ofQueries
      : graph.node("Mul", [
          ofQueries,
          graph.node("Unsqueeze", [rows.padding.tokenWeight, graph.integers([1])]),
        ]);
  const sums = graph.node("ReduceSum", [counted, graph.integers([2])], { attributes: { keepdims: 0 } });
  graph.output(names.headImportance, sums, "float32", [batch, "heads"]);
}

/** Euclidean norm of the hidden states that leave a layer: (batch). */
export function lowerHiddenNorm(
  { graph, options }: Lowering,
  layer: number,
  rows: TokenRows,
  batch: number | string,
): void {
  const eachRow = graph.node("ReduceL2", [rows.hidden], { attributes: { axes: [1], keepdims: 0 } });
  const shape = graph.node("Shape", [rows.positions]);
  const apart = graph.node("Reshape", [eachRow, options.form === "one" ? graph.integers([1, -1]) : shape]);
  const counted = rows.padding === undefined ? apart : graph.node("Mul", [apart, rows.padding.tokenWeight]);
  const norm = graph.node("ReduceL2", [counted], { attributes: { axes: [1], keepdims: 0 } });
  graph.output(layerOutputs(layer).hiddenNorm, norm, "float32", [batch]);
}
