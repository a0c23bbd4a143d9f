import { createGraphBuilder } from "../../../graph/graph-builder.ts";
import type { OnnxModel } from "../../../graph/onnx-model.ts";
import type { DecoderLayer, DecoderModel, DecoderNorm } from "../../models/decoder-model.ts";
import { lowerActivation, lowerLinear, lowerLinears, lowerNorm } from "./lower-linear.ts";
import type { LinearLowering, WeightFormat } from "./lowering.ts";

/** The graphs of a decoder between its attentions: `layerCount + 1` parts, then the head of words. */
export function decoderPartCount({ shape }: DecoderModel): number {
  return shape.layerCount + 2;
}

/**
 * One part of a decoder: what ends the layer before (from `hidden` and `context`), and what the next layer's attention
 * needs; the last but one gives normalised states, the last one logits of such states.
 */
export function lowerDecoderPart(model: DecoderModel, part: number, weights: WeightFormat): OnnxModel {
  const { layers, shape, vocabularySize } = model;
  const { hiddenSize, layerCount } = shape;
  const graph = createGraphBuilder(`decoder-part-${part}`);
  const lowering: LinearLowering = { graph, options: { weights } };
  const hidden = graph.input("hidden", "float32", ["rows", hiddenSize]);
  if (part === layerCount + 1) {
    const output = graph.tensor("words", model.output, [vocabularySize, hiddenSize]);
    const logits = graph.node("Gemm", [hidden, output], { attributes: { transB: 1 } });
    graph.output("logits", logits, "float32", ["rows", vocabularySize]);
    return graph.finish();
  }
  const context = () => graph.input("context", "float32", ["rows", shape.headCount * shape.headDimension]);
  const ended = part === 0 ? hidden : lowerLayerEnd(lowering, layers[part - 1]!, hidden, context());
  if (part === layerCount) {
    const states = lowerDecoderNorm(lowering, ended, "final-norm", model.finalNorm);
    graph.output("states", states, "float32", ["rows", hiddenSize]);
    return graph.finish();
  }
  const { attentionNorm, query, key, value } = layers[part]!;
  const input = lowerDecoderNorm(lowering, ended, "attention-norm", attentionNorm);
  const projections = lowerLinears(lowering, input, { query, key, value });
  if (part > 0) graph.output("ended", ended, "float32", ["rows", hiddenSize]);
  for (const [name, layer] of Object.entries({ query, key, value })) {
    graph.output(`${name}-rows`, projections[name]!, "float32", ["rows", layer.outputs]);
  }
  return graph.finish();
}

/** Output projection of `context` (rows, heads · dimension), residual and feed-forward. */
export function lowerLayerEnd(
  lowering: LinearLowering,
  layer: DecoderLayer,
  hidden: string,
  context: string,
): string {
  const { graph } = lowering;
  const attended = graph.node("Add", [
    lowerLinear(lowering, context, "attention-output", layer.attentionOutput),
    hidden,
  ]);
  const input = lowerDecoderNorm(lowering, attended, "feed-forward-norm", layer.feedForwardNorm);
  const { feedForward } = layer;
  const { intermediate, output } = feedForward;
  let wide: string;
  if (feedForward.kind === "plain") {
    wide = lowerActivation(
      lowering,
      feedForward.activation,
      lowerLinear(lowering, input, "intermediate", intermediate),
    );
  } else {
    const both = lowerLinears(lowering, input, { intermediate, gate: feedForward.gate });
    const gate = lowerActivation(lowering, feedForward.activation, both.gate!);
    wide = graph.node("Mul", [both.intermediate!, gate]);
  }
  return graph.node("Add", [lowerLinear(lowering, wide, "output", output), attended]);
}

/** A normalisation over the last dimension; the root mean square in operators of 2022. */
export function lowerDecoderNorm(
  lowering: LinearLowering,
  x: string,
  name: string,
  norm: DecoderNorm,
): string {
  if (norm.kind === "layer") return lowerNorm(lowering, x, name, norm);
  const graph = lowering.graph.within(name);
  const squares = graph.node("Mul", [x, x]);
  const mean = graph.node("ReduceMean", [squares], { attributes: { axes: [-1] } });
  const root = graph.node("Sqrt", [graph.node("Add", [mean, graph.float(norm.epsilon)])]);
  return graph.node("Mul", [
    graph.node("Div", [x, root]),
    graph.tensor("weight", norm.weight, [norm.weight.length]),
  ]);
}
