import type { FolderReader } from "../base/folder-reader.ts";
import type { Registry } from "../base/registry.ts";
import { checkGraph } from "../graph/check-graph.ts";
import { type WriteOptions, type WrittenModel, writeOnnx } from "../graph/write-onnx.ts";
import type { PruningMethod } from "../pruning/methods/method.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { validatePlan } from "../pruning/schedule.ts";
import { loadEncoder } from "./encoder.ts";
import { lowerEncoder } from "./engines/onnx/lower-encoder.ts";
import type { WeightFormat } from "./engines/onnx/lowering.ts";
import { requireLowering } from "./engines/onnx/require-lowering.ts";

export interface ExportOptions extends WriteOptions {
  readonly plan: PruningPlan;
  readonly methods: Registry<PruningMethod>;
  readonly weights?: WeightFormat | undefined;
}

/**
 * A model of any architecture under a plan as an ONNX file of standard operators (opset 17), for batches of unequal
 * lengths; beside the answer it tells positions and importance of every layer.
 * @throws SpattenError `missing-model`, `checkpoint`; `missing-engine`, `config` for a plan that graphs cannot follow.
 */
export async function exportOnnx(folder: FolderReader, options: ExportOptions): Promise<WrittenModel> {
  const { plan, methods, weights = "float32" } = options;
  const { layout, model } = await loadEncoder(folder);
  validatePlan(plan, layout.shape.layerCount);
  requireLowering(plan, layout.shape, methods);
  const graph = lowerEncoder(model, plan, { form: "batch", outputs: "replay", weights });
  checkGraph(graph);
  return writeOnnx(graph, options);
}
