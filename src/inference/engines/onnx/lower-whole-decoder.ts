import { createGraphBuilder } from "../../../graph/graph-builder.ts";
import type { OnnxModel } from "../../../graph/onnx-model.ts";
import type { DecoderModel } from "../../models/decoder-model.ts";
import {
  type CachedRows,
  type LoweredCachedAttention,
  lowerCachedAttention,
} from "./lower-cached-attention.ts";
import { lowerDecoderNorm, lowerLayerEnd } from "./lower-decoder.ts";
import { lowerLinears } from "./lower-linear.ts";
import type { LinearLowering, WeightFormat } from "./lowering.ts";

/** Names of the graph's inputs and outputs. */
export const wholeNames = {
  hidden: "hidden",
  ownBias: "own-bias",
  sumWeights: "sum-weights",
  headWeights: "head-weights",
  ownStart: "own-start",
  cosines: "cosines",
  sines: "sines",
  states: "states",
  newKeys: "new-keys",
  newValues: "new-values",
  sums: "sums",
  maximumProbabilities: "maximum-probabilities",
  outputSums: "output-sums",
  keys: (layer: number) => `keys-${layer}`,
  values: (layer: number) => `values-${layer}`,
  bias: (layer: number) => `bias-${layer}`,
} as const;

/** A decoder from embedded rows to normalised states, over a cache that it is given; what layers tell comes side by side. */
export function lowerWholeDecoder(model: DecoderModel, weights: WeightFormat): OnnxModel {
  const { shape, layers } = model;
  const { hiddenSize, headDimension, keyValueHeadCount, layerCount } = shape;
  const graph = createGraphBuilder("decoder");
  const options = { weights };
  const half = [`rows`, 1, headDimension / 2] as const;
  const rows: CachedRows = {
    shape,
    ownBias: graph.input(wholeNames.ownBias, "float32", ["queries", "rows"]),
    sumWeights: graph.input(wholeNames.sumWeights, "float32", ["sums", "queries"]),
    headWeights: graph.input(wholeNames.headWeights, "float32", ["head-sums", keyValueHeadCount]),
    ownStart: graph.input(wholeNames.ownStart, "int64", [1]),
    turn:
      model.positions.kind === "learned"
        ? undefined
        : {
            cosines: graph.input(wholeNames.cosines, "float32", half),
            sines: graph.input(wholeNames.sines, "float32", half),
          },
  };
  let hidden = graph.input(wholeNames.hidden, "float32", ["rows", hiddenSize]);
  const told: LoweredCachedAttention[] = [];
  for (const [index, layer] of layers.entries()) {
    const lowering: LinearLowering = { graph: graph.within(`layer-${index}`), options };
    const stored = [keyValueHeadCount, `capacity-${index}`, headDimension];
    const cache = {
      keys: graph.input(wholeNames.keys(index), "float32", stored),
      values: graph.input(wholeNames.values(index), "float32", stored),
      bias: graph.input(wholeNames.bias(index), "float32", [`choosers-${index}`, 1, `capacity-${index}`]),
    };
    const input = lowerDecoderNorm(lowering, hidden, "attention-norm", layer.attentionNorm);
    const { query, key, value } = lowerLinears(lowering, input, {
      ...{ query: layer.query, key: layer.key, value: layer.value },
    });
    const attention = lowerCachedAttention(lowering, rows, cache, {
      ...{ query: query!, key: key!, value: value! },
    });
    hidden = lowerLayerEnd(lowering, layer, hidden, attention.context);
    told.push(attention);
  }
  const states = lowerDecoderNorm({ graph, options }, hidden, "final-norm", model.finalNorm);
  graph.output(wholeNames.states, states, "float32", ["rows", hiddenSize]);
  const together = (
    name: string,
    part: keyof LoweredCachedAttention,
    axis: number,
    size: readonly (number | string)[],
  ) => {
    const parts = told.map((layer) => layer[part]);
    graph.output(name, graph.node("Concat", parts, { attributes: { axis } }), "float32", size);
  };
  const width = layerCount * keyValueHeadCount * headDimension;
  together(wholeNames.newKeys, "key", 1, ["rows", width]);
  together(wholeNames.newValues, "value", 1, ["rows", width]);
  together(wholeNames.sums, "sums", 0, ["sum-count"]);
  together(wholeNames.maximumProbabilities, "maximumProbabilities", 0, ["maximum-count"]);
  together(wholeNames.outputSums, "outputSums", 0, [layerCount * shape.headCount]);
  return graph.finish();
}
