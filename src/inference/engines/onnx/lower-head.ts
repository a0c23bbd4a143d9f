import type { EncoderHead, HeadLayer } from "../../models/encoder-model.ts";
import { lowerActivation, lowerLinear, lowerNorm } from "./lower-linear.ts";
import { type Lowering, shapeOf, type TokenRows } from "./lowering.ts";

/** A value and its dimensions behind the number of sentences. */
export interface LoweredAnswer {
  readonly value: string;
  readonly shape: readonly (number | string)[];
}

/** The smallest length that is told from zero in float32. */
const SMALLEST_LENGTH = 2 ** -126;

/** What a head makes of the last rows: (batch, classes), (batch, rows, outputs) or (batch, hidden). */
export function lowerHead(
  lowering: Lowering,
  head: EncoderHead,
  rows: TokenRows,
  hiddenSize: number,
): LoweredAnswer {
  const scoped = { ...lowering, graph: lowering.graph.within("head") };
  const { graph } = scoped;
  const apart = () => graph.node("Reshape", [rows.hidden, shapeOf(scoped, [-1, hiddenSize])]);
  switch (head.kind) {
    case "first-token": {
      const sole = graph.node("Gather", [apart(), graph.integers([0])], { attributes: { axis: 1 } });
      const first = graph.node("Reshape", [sole, graph.integers([-1, hiddenSize])]);
      return { value: lowerLayers(scoped, head.layers, first), shape: [outputsOf(head.layers, hiddenSize)] };
    }
    case "each-token": {
      const outputs = outputsOf(head.layers, hiddenSize);
      const values = lowerLayers(scoped, head.layers, rows.hidden);
      const value = graph.node("Reshape", [values, shapeOf(scoped, [-1, outputs])]);
      return { value, shape: ["kept", outputs] };
    }
    case "mean":
      return { value: lowerUnitMean(scoped, apart(), rows), shape: [hiddenSize] };
  }
}

function outputsOf(layers: readonly HeadLayer[], hiddenSize: number): number {
  return layers.at(-1)?.linear.outputs ?? hiddenSize;
}

function lowerLayers(lowering: Lowering, layers: readonly HeadLayer[], x: string): string {
  let value = x;
  layers.forEach(({ linear, activation, norm }, index) => {
    value = lowerLinear(lowering, value, `layer.${index}`, linear);
    if (activation !== undefined) value = lowerActivation(lowering, activation, value);
    if (norm !== undefined) value = lowerNorm(lowering, value, `norm.${index}`, norm);
  });
  return value;
}

/** Mean over the tokens that are left, brought to unit length: (batch, hidden). */
function lowerUnitMean({ graph }: Lowering, hidden: string, { padding }: TokenRows): string {
  const overRows = { attributes: { axes: [1], keepdims: 0 } };
  const mean =
    padding === undefined
      ? graph.node("ReduceMean", [hidden], overRows)
      : graph.node("Div", [
          graph.node("Squeeze", [
            graph.node("MatMul", [
              graph.node("Unsqueeze", [padding.tokenWeight, graph.integers([1])]),
              hidden,
            ]),
            graph.integers([1]),
          ]),
          graph.node("ReduceSum", [padding.tokenWeight, graph.integers([1])]),
        ]);
  const length = graph.node("ReduceL2", [mean], { attributes: { axes: [1], keepdims: 1 } });
  return graph.node("Div", [mean, graph.node("Max", [length, graph.float(SMALLEST_LENGTH)])]);
}
