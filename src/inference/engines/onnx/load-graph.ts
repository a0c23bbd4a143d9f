import type { OnnxRuntime, OnnxSession, SessionOptions } from "../../../base/onnx-runtime.ts";
import { checkGraph } from "../../../graph/check-graph.ts";
import type { OnnxModel } from "../../../graph/onnx-model.ts";
import { wholeBytes, writeOnnx, writeOnnxApart } from "../../../graph/write-onnx.ts";

/** A graph in a runtime; its constants go along as they are where the runtime takes them so. */
export async function loadGraph(
  runtime: OnnxRuntime,
  graph: OnnxModel,
  options: Pick<SessionOptions, "takesTurns"> = {},
): Promise<OnnxSession> {
  checkGraph(graph);
  if (runtime.takesOuterConstants === true) {
    const { model, constants } = writeOnnxApart(graph);
    return runtime.createSession(wholeBytes(model), { ...options, constants });
  }
  return runtime.createSession(wholeBytes(writeOnnx(graph).model), options);
}
