import { sharedMemory } from "../../../base/shared-memory.ts";
import type { EncoderLayer } from "../../models/encoder-model.ts";
import type { Linear } from "../reference/linear.ts";

/** The projections of a layer as a graph holds them. */
export type AttentionWeights = Pick<EncoderLayer, "query" | "key" | "value" | "attentionOutput">;

/**
 * The attention of a layer with only the named heads: rows of Q, K and V, columns of the output projection. Q carries
 * the 1/√dimension of the scores, so that no pass over them is needed.
 */
export function attentionOfHeads(
  { query, key, value, attentionOutput }: AttentionWeights,
  heads: readonly number[],
  dimension: number,
): AttentionWeights {
  return {
    query: scaled(rowsOfHeads(query, heads, dimension), 1 / Math.sqrt(dimension)),
    key: rowsOfHeads(key, heads, dimension),
    value: rowsOfHeads(value, heads, dimension),
    attentionOutput: columnsOfHeads(attentionOutput, heads, dimension),
  };
}

function scaled(layer: Linear, factor: number): Linear {
  const times = (values: Float32Array) => {
    const products = floats(values.length);
    for (let index = 0; index < values.length; index++) products[index] = values[index]! * factor;
    return products;
  };
  return { ...layer, weight: times(layer.weight), bias: times(layer.bias) };
}

function rowsOfHeads(layer: Linear, heads: readonly number[], dimension: number): Linear {
  if (heads.length * dimension === layer.outputs) return layer;
  const outputs = heads.length * dimension;
  const weight = floats(outputs * layer.inputs);
  const bias = new Float32Array(outputs);
  heads.forEach((head, slot) => {
    const [from, to] = [head * dimension, (head + 1) * dimension];
    weight.set(
      layer.weight.subarray(from * layer.inputs, to * layer.inputs),
      slot * dimension * layer.inputs,
    );
    bias.set(layer.bias.subarray(from, to), slot * dimension);
  });
  return { weight, bias, outputs, inputs: layer.inputs };
}

function columnsOfHeads(layer: Linear, heads: readonly number[], dimension: number): Linear {
  const inputs = heads.length * dimension;
  if (inputs === layer.inputs) return layer;
  const weight = floats(layer.outputs * inputs);
  for (let output = 0; output < layer.outputs; output++) {
    heads.forEach((head, slot) => {
      const from = output * layer.inputs + head * dimension;
      weight.set(layer.weight.subarray(from, from + dimension), output * inputs + slot * dimension);
    });
  }
  return { weight, bias: layer.bias, outputs: layer.outputs, inputs };
}

function floats(count: number): Float32Array {
  return new Float32Array(sharedMemory(count * Float32Array.BYTES_PER_ELEMENT));
}
