import { sharedMemory } from "../../../base/shared-memory.ts";
import type { Linear } from "../reference/linear.ts";

/** Codes of a weight matrix and what one step of them is worth. */
export interface QuantizedWeights {
  /** (inputs, outputs): the order in which the product reads them. */
  readonly codes: Int8Array;
  readonly scale: number;
}

/**
 * Linear symmetric codes of `bits` for a whole matrix. Seven bits by default: processors without VNNI add pairs of
 * products of eight by eight bits in 16 bits, which saturates.
 */
export function quantizeWeights({ weight, outputs, inputs }: Linear, bits: number): QuantizedWeights {
  const largestCode = 2 ** (bits - 1) - 1;
  let largest = 0;
  for (const value of weight) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 1 : largest / largestCode;
  const codes = new Int8Array(sharedMemory(weight.length));
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      codes[input * outputs + output] = Math.round(weight[output * inputs + input]! / scale);
    }
  }
  return { codes, scale };
}
