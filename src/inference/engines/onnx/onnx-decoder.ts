import { SpattenError } from "../../../base/errors.ts";
import type { OnnxRuntime, OnnxSession, RuntimeTensor } from "../../../base/onnx-runtime.ts";
import type { DecoderModel } from "../../models/decoder-model.ts";
import { embedded } from "../decoder-embedding.ts";
import type { DecoderKernels, KernelCall, LayerRows } from "../decoder-kernels.ts";
import { loadGraph } from "./load-graph.ts";
import { decoderPartCount, lowerDecoderPart } from "./lower-decoder.ts";
import type { WeightFormat } from "./lowering.ts";

/** A decoder's kernels as graphs, one for what lies between two attentions; rows of logits come a few at a time. */
export async function openOnnxDecoder(
  model: DecoderModel,
  runtime: OnnxRuntime,
  weights: WeightFormat,
): Promise<DecoderKernels> {
  const { hiddenSize, layerCount } = model.shape;
  const sessions: OnnxSession[] = [];
  const close = async (): Promise<void> => {
    for (const session of sessions.splice(0)) await session.release();
  };
  try {
    for (let part = 0; part < decoderPartCount(model); part++) {
      sessions.push(await loadGraph(runtime, lowerDecoderPart(model, part, weights), { takesTurns: true }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const run = async (
    part: number,
    inputs: Readonly<Record<string, Float32Array>>,
    { checkpoint, signal }: KernelCall,
  ) => {
    const rest = checkpoint();
    if (rest !== undefined) await rest;
    const session = sessions[part];
    if (session === undefined) throw new SpattenError("usage", "the decoder is closed");
    const rows = inputs.hidden!.length / hiddenSize;
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, data]): [string, RuntimeTensor] => [
        name,
        { type: "float32", data, shape: [rows, data.length / rows] },
      ]),
    );
    const outputs = await session.run(feeds, signal);
    return (name: string) => outputs[name]!.data as Float32Array;
  };
  const layerRows = async (
    part: number,
    inputs: Readonly<Record<string, Float32Array>>,
    call: KernelCall,
  ): Promise<LayerRows> => {
    const hidden = part === 0 ? inputs.hidden!.slice() : undefined;
    const read = await run(part, inputs, call);
    return {
      hidden: hidden ?? read("ended"),
      query: read("query-rows"),
      key: read("key-rows"),
      value: read("value-rows"),
    };
  };
  return {
    embed: (ids, positions, call) => layerRows(0, { hidden: embedded(model, ids, positions) }, call),
    advance: (layer, hidden, context, call) => layerRows(layer + 1, { hidden, context }, call),
    finish: async (hidden, context, call) => (await run(layerCount, { hidden, context }, call))("states"),
    // What is handed over is gone; states are the caller's.
    logits: async (states, call) => (await run(layerCount + 1, { hidden: states.slice() }, call))("logits"),
    close,
  };
}
