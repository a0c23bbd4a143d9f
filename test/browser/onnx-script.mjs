// Runs in the browser, written as a user of the package and of onnxruntime-web writes it.
import * as ort from "onnxruntime-web/wasm";
import { createOnnxEngine, createSpatten, onnxRuntimeOf } from "spatten";

ort.env.wasm.wasmPaths = "/ort/";
const runtime = onnxRuntimeOf(
  async () => ort,
  async () => `onnxruntime-web ${ort.env.versions.web}`,
);
const engine = createOnnxEngine({ id: "onnx", title: "in this page", runtime });

globalThis.page = {
  isIsolated: () => globalThis.crossOriginIsolated,

  /** The exported file, with nothing of the package. */
  async runFile(address, ids) {
    const session = await ort.InferenceSession.create(address);
    const shape = [1, ids.length];
    const { logits } = await session.run({
      input_ids: new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
      token_type_ids: new ort.Tensor("int64", new BigInt64Array(ids.length), shape),
      lengths: new ort.Tensor("int64", BigInt64Array.of(BigInt(ids.length)), [1]),
    });
    return { logits: Array.from(logits.data), threads: ort.env.wasm.numThreads };
  },

  /** The same through the engine of the package. */
  async runEngine(folder, text, plan) {
    const spatten = createSpatten({ engines: [engine], plans: [plan] });
    const model = await spatten.load(folder);
    const { prediction, layers } = await model.run(text, { plan: plan.name, engine: "onnx" });
    return { logits: Array.from(prediction.logits), tokens: layers.map((layer) => layer.tokens) };
  },
};
