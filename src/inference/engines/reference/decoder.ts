import { SpattenError } from "../../../base/errors.ts";
import type { DecoderLayer, DecoderModel, FeedForward } from "../../models/decoder-model.ts";
import { embedded } from "../decoder-embedding.ts";
import type { DecoderKernels, KernelCall, LayerRows } from "../decoder-kernels.ts";
import { applyActivation } from "./activation.ts";
import { normalizedRows } from "./decoder-norm.ts";
import { addInPlace } from "./layer-norm.ts";
import { applyLinear } from "./linear.ts";

/** A decoder's kernels, plain and obvious: float32 with float64 sums. */
export function referenceDecoder(model: DecoderModel): DecoderKernels {
  const { shape, layers } = model;
  const { hiddenSize } = shape;
  let isClosed = false;
  const requireOpen = (): void => {
    if (isClosed) throw new SpattenError("usage", "the decoder is closed");
  };
  const project = async (layer: DecoderLayer, hidden: Float32Array, call: KernelCall): Promise<LayerRows> => {
    requireOpen();
    const rows = hidden.length / hiddenSize;
    const input = normalizedRows(layer.attentionNorm, hidden, rows);
    return {
      hidden,
      query: await applyLinear(layer.query, input, rows, call.checkpoint),
      key: await applyLinear(layer.key, input, rows, call.checkpoint),
      value: await applyLinear(layer.value, input, rows, call.checkpoint),
    };
  };
  const end = async (layer: DecoderLayer, hidden: Float32Array, context: Float32Array, call: KernelCall) => {
    const rows = hidden.length / hiddenSize;
    const attended = await applyLinear(layer.attentionOutput, context, rows, call.checkpoint);
    addInPlace(attended, hidden);
    const input = normalizedRows(layer.feedForwardNorm, attended, rows);
    const output = await feedForward(layer.feedForward, input, rows, call);
    addInPlace(output, attended);
    return output;
  };
  return {
    embed: (ids, positions, call) => project(layers[0]!, embedded(model, ids, positions), call),
    advance: async (layer, hidden, context, call) =>
      project(layers[layer + 1]!, await end(layers[layer]!, hidden, context, call), call),
    finish: async (hidden, context, call) => {
      requireOpen();
      const ended = await end(layers.at(-1)!, hidden, context, call);
      return normalizedRows(model.finalNorm, ended, ended.length / hiddenSize);
    },
    logits: async (states, { checkpoint }) => {
      requireOpen();
      return applyLinear(
        {
          ...{ weight: model.output, bias: new Float32Array(model.vocabularySize) },
          ...{ outputs: model.vocabularySize, inputs: hiddenSize },
        },
        states,
        states.length / hiddenSize,
        checkpoint,
      );
    },
    close: async () => {
      isClosed = true;
    },
  };
}

async function feedForward(
  parts: FeedForward,
  input: Float32Array,
  rows: number,
  { checkpoint }: KernelCall,
): Promise<Float32Array> {
  const wide = await applyLinear(parts.intermediate, input, rows, checkpoint);
  if (parts.kind === "plain") applyActivation(parts.activation, wide);
  else {
    const gate = await applyLinear(parts.gate, input, rows, checkpoint);
    applyActivation(parts.activation, gate);
    for (let index = 0; index < wide.length; index++) wide[index] = wide[index]! * gate[index]!;
  }
  return applyLinear(parts.output, wide, rows, checkpoint);
}
