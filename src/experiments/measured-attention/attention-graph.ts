import { createGraphBuilder, type GraphBuilder } from "../../graph/graph-builder.ts";
import type { OnnxModel } from "../../graph/onnx-model.ts";
import type { AttentionShape, MeasuredArithmetic } from "../../machines/this-cpu/record.ts";

/** Attention of all heads of a layer: Q·K, softmax, prob·V; Q, K and V [heads, rows, head dimension] come in as floats. */
export function attentionGraph(shape: AttentionShape, arithmetic: MeasuredArithmetic): OnnxModel {
  const { headCount, queryCount, keyCount, headDimension } = shape;
  const graph = createGraphBuilder(`attention-${arithmetic}`);
  const query = graph.input("query", "float32", [headCount, queryCount, headDimension]);
  const key = graph.input("key", "float32", [headCount, keyCount, headDimension]);
  const value = graph.input("value", "float32", [headCount, keyCount, headDimension]);
  const multiply = arithmetic === "float32" ? floatProduct : codeProduct;
  const transposed = graph.node("Transpose", [key], { attributes: { perm: [0, 2, 1] } });
  const scores = multiply(graph, query, transposed);
  const scaled = graph.node("Mul", [scores, graph.float(1 / Math.sqrt(headDimension))]);
  const probabilities = graph.node("Softmax", [scaled], { attributes: { axis: -1 } });
  graph.output("output", multiply(graph, probabilities, value), "float32", [
    headCount,
    queryCount,
    headDimension,
  ]);
  return graph.finish();
}

function floatProduct(graph: GraphBuilder, left: string, right: string): string {
  return graph.node("MatMul", [left, right]);
}

/** Operands become codes of 8 bits by their own range, and the product a float again. */
function codeProduct(graph: GraphBuilder, left: string, right: string): string {
  const codes = (values: string): readonly string[] =>
    graph.nodeWithOutputs("DynamicQuantizeLinear", [values], { outputCount: 3 });
  const [leftCodes, leftScale, leftZero] = codes(left);
  const [rightCodes, rightScale, rightZero] = codes(right);
  const product = graph.node("MatMulInteger", [leftCodes!, rightCodes!, leftZero!, rightZero!]);
  const floats = graph.node("Cast", [product], { attributes: { to: FLOAT } });
  return graph.node("Mul", [floats, graph.node("Mul", [leftScale!, rightScale!])]);
}

/** The element type's number in the format. */
const FLOAT = 1;
