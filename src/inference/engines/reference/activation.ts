import type { Activation } from "../../models/encoder-model.ts";
import { gelu } from "./gelu.ts";

/** x / 2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation of Hendrycks and Gimpel 2016. */
function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
}

function each(map: (x: number) => number): (values: Float32Array) => void {
  return (values) => {
    for (let index = 0; index < values.length; index++) values[index] = map(values[index]!);
  };
}

const inPlace: Readonly<Record<Activation, (values: Float32Array) => void>> = {
  gelu,
  "gelu-tanh": each(geluTanh),
  relu: each((x) => Math.max(0, x)),
  silu: each((x) => x / (1 + Math.exp(-x))),
  tanh: each(Math.tanh),
};

/** Applies an activation to every element, in place. */
export function applyActivation(activation: Activation, values: Float32Array): void {
  inPlace[activation](values);
}
