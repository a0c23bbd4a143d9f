import { SpattenError } from "../../../base/errors.ts";
import type { OnnxRuntime, OnnxSession, RuntimeTensor } from "../../../base/onnx-runtime.ts";
import type { DecoderModel } from "../../models/decoder-model.ts";
import { embedded } from "../decoder-embedding.ts";
import type { DecoderKernels, KernelCall, LayerRows } from "../decoder-kernels.ts";
import { loadGraph } from "./load-graph.ts";
import { decoderPartCount, lowerDecoderPart } from "./lower-decoder.ts";
import { lowerWholeDecoder } from "./lower-whole-decoder.ts";
import type { WeightFormat } from "./lowering.ts";
import { runWholeDecoder } from "./run-whole-decoder.ts";

/** The graph of all layers, beside the parts' numbers. */
const WHOLE = -1;

/**
 * A decoder's kernels as graphs: one for all layers, and one for what lies between two attentions. Each is loaded when it
 * is first asked for, since both hold the same weights and most runs ask for one of the two alone.
 */
export async function openOnnxDecoder(
  model: DecoderModel,
  runtime: OnnxRuntime,
  weights: WeightFormat,
): Promise<DecoderKernels> {
  const { hiddenSize, layerCount } = model.shape;
  const words = decoderPartCount(model) - 1;
  const sessions = new Map<number, Promise<OnnxSession>>();
  let isClosed = false;
  const sessionOf = async (graph: number): Promise<OnnxSession> => {
    if (isClosed) throw new SpattenError("usage", "the decoder is closed");
    const loading =
      sessions.get(graph) ??
      (graph === WHOLE
        ? loadGraph(runtime, lowerWholeDecoder(model, weights))
        : loadGraph(runtime, lowerDecoderPart(model, graph, weights), { takesTurns: true }));
    sessions.set(graph, loading);
    // One that could not be loaded is tried again.
    loading.catch(() => sessions.delete(graph));
    return loading;
  };
  const run = async (
    part: number,
    inputs: Readonly<Record<string, Float32Array>>,
    { checkpoint, signal }: KernelCall,
  ) => {
    const rest = checkpoint();
    if (rest !== undefined) await rest;
    const session = await sessionOf(part);
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
  await sessionOf(words);
  return {
    embed: (ids, positions, call) => layerRows(0, { hidden: embedded(model, ids, positions) }, call),
    advance: (layer, hidden, context, call) => layerRows(layer + 1, { hidden, context }, call),
    finish: async (hidden, context, call) => (await run(layerCount, { hidden, context }, call))("states"),
    whole: async (rows) => runWholeDecoder(model, await sessionOf(WHOLE), rows),
    // What is handed over is gone; states are the caller's.
    logits: async (states, call) => (await run(words, { hidden: states.slice() }, call))("logits"),
    close: async () => {
      isClosed = true;
      for (const loading of sessions.values()) await (await loading).release();
      sessions.clear();
    },
  };
}
