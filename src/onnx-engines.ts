import type { Engine } from "./inference/engines/engine.ts";
import { createOnnxEngine } from "./inference/engines/onnx/onnx-engine.ts";
import { onnxRuntimeInNode } from "./platform/node/onnx-runtime.ts";

/** The engines that need a package which the user installs; without it, a run says which. */
export function onnxEngines(): readonly Engine[] {
  const runtime = onnxRuntimeInNode("onnxruntime-node");
  return [
    createOnnxEngine({ id: "onnx", title: "ONNX graph on onnxruntime-node, float32", runtime }),
    createOnnxEngine({
      id: "onnx-int8",
      title: "ONNX graph on onnxruntime-node, weights of 7 bits",
      ...{ runtime, weights: "int8-narrow" as const },
    }),
    createOnnxEngine({
      id: "onnx-int8-full",
      title: "ONNX graph on onnxruntime-node, weights of 8 bits, for processors with VNNI",
      ...{ runtime, weights: "int8-full" as const },
    }),
    createOnnxEngine({
      id: "onnx-web",
      title: "ONNX graph on onnxruntime-web (WebAssembly), float32",
      runtime: onnxRuntimeInNode("onnxruntime-web"),
    }),
  ];
}
