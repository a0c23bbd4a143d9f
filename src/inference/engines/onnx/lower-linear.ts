import type { Activation } from "../../models/encoder-model.ts";
import type { LayerNorm } from "../reference/layer-norm.ts";
import type { Linear } from "../reference/linear.ts";
import type { LinearLowering } from "./lowering.ts";
import { quantizeWeights } from "./quantize-weights.ts";

/** y = x Wᵀ + b for several layers on one x (rows, inputs): a name each. */
export function lowerLinears(
  lowering: LinearLowering,
  x: string,
  layers: Readonly<Record<string, Linear>>,
): Record<string, string> {
  const { graph, options } = lowering;
  const bits = { float32: undefined, "int8-narrow": 7, "int8-full": 8 }[options.weights];
  // The layers share x, so they share its codes.
  const codes =
    bits === undefined ? undefined : graph.nodeWithOutputs("DynamicQuantizeLinear", [x], { outputCount: 3 });
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => {
      const scoped = { ...lowering, graph: graph.within(name) };
      return [name, codes === undefined ? gemm(scoped, x, layer) : integerGemm(scoped, codes, layer, bits!)];
    }),
  );
}

/** y = x Wᵀ + b for one layer. */
export function lowerLinear(lowering: LinearLowering, x: string, name: string, layer: Linear): string {
  return lowerLinears(lowering, x, { [name]: layer })[name]!;
}

function gemm({ graph }: LinearLowering, x: string, { weight, bias, outputs, inputs }: Linear): string {
  const w = graph.tensor("weight", weight, [outputs, inputs]);
  return graph.node("Gemm", [x, w, graph.tensor("bias", bias, [outputs])], { attributes: { transB: 1 } });
}

/** Codes of x times codes of W, in int32, then brought back to scale. */
function integerGemm(
  { graph }: LinearLowering,
  codes: readonly string[],
  layer: Linear,
  bits: number,
): string {
  const [x, scale, zeroPoint] = codes as [string, string, string];
  const quantized = quantizeWeights(layer, bits);
  const w = graph.tensor("codes", quantized.codes, [layer.inputs, layer.outputs]);
  const products = graph.node("MatMulInteger", [x, w, zeroPoint]);
  const weightScale = graph.tensor("scale", Float32Array.of(quantized.scale), []);
  const sums = graph.node("Mul", [
    graph.node("Cast", [products], { attributes: { to: 1 } }),
    graph.node("Mul", [scale, weightScale]),
  ]);
  return graph.node("Add", [sums, graph.tensor("bias", layer.bias, [layer.outputs])]);
}

/** Layer normalisation over the last dimension. */
export function lowerNorm({ graph }: LinearLowering, x: string, name: string, norm: LayerNorm): string {
  const width = norm.weight.length;
  const scoped = graph.within(name);
  return graph.node(
    "LayerNormalization",
    [x, scoped.tensor("weight", norm.weight, [width]), scoped.tensor("bias", norm.bias, [width])],
    { attributes: { axis: -1 }, floats: { epsilon: norm.epsilon } },
  );
}

/** An activation, element by element. */
export function lowerActivation({ graph }: LinearLowering, activation: Activation, x: string): string {
  switch (activation) {
    case "relu":
      return graph.node("Relu", [x]);
    case "silu":
      return graph.node("Mul", [x, graph.node("Sigmoid", [x])]);
    case "tanh":
      return graph.node("Tanh", [x]);
    case "gelu": {
      const erf = graph.node("Erf", [graph.node("Div", [x, graph.float(Math.SQRT2)])]);
      const doubled = graph.node("Mul", [x, graph.node("Add", [erf, graph.float(1)])]);
      return graph.node("Mul", [doubled, graph.float(0.5)]);
    }
    case "gelu-tanh": {
      const cube = graph.node("Mul", [graph.node("Mul", [x, x]), x]);
      const bent = graph.node("Add", [x, graph.node("Mul", [cube, graph.float(0.044715)])]);
      const tanh = graph.node("Tanh", [graph.node("Mul", [bent, graph.float(Math.sqrt(2 / Math.PI))])]);
      const half = graph.node("Mul", [x, graph.float(0.5)]);
      return graph.node("Mul", [half, graph.node("Add", [tanh, graph.float(1)])]);
    }
  }
}
