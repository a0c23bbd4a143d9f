import type { LayerNorm } from "../engines/reference/layer-norm.ts";
import type { Linear } from "../engines/reference/linear.ts";
import type { TakeTensor } from "./architecture.ts";

/** Takers of the parts that most checkpoints are made of, under the names that PyTorch gives them. */
export interface NamedParts {
  /** `name.weight` (outputs, inputs) and `name.bias` (outputs). */
  linear(name: string, outputs: number, inputs: number): Linear;
  /** `name.weight` alone; the bias is zero. */
  linearWithoutBias(name: string, outputs: number, inputs: number): Linear;
  /** `name.weight` and `name.bias` (width). */
  norm(name: string, width: number): LayerNorm;
}

export function namedParts(take: TakeTensor, layerNormEpsilon: number): NamedParts {
  return {
    linear: (name, outputs, inputs) => ({
      weight: take(`${name}.weight`, [outputs, inputs]),
      bias: take(`${name}.bias`, [outputs]),
      outputs,
      inputs,
    }),
    linearWithoutBias: (name, outputs, inputs) => {
      const weight = take(`${name}.weight`, [outputs, inputs]);
      // By the rows that are there: a configuration alone must not decide how much is allocated.
      return { weight, bias: new Float32Array(weight.length / inputs), outputs, inputs };
    },
    norm: (name, width) => ({
      weight: take(`${name}.weight`, [width]),
      bias: take(`${name}.bias`, [width]),
      epsilon: layerNormEpsilon,
    }),
  };
}
