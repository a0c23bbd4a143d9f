import { lookUp } from "../../../base/registry.ts";
import {
  type AttentionJob,
  type AttentionWorkload,
  WORKLOAD_SCHEMA,
} from "../../../workload/attention-workload.ts";
import { denseHead } from "../../../workload/dense-head.ts";
import { withFullyConnected } from "../../../workload/fully-connected-jobs.ts";
import { modelShapes } from "../../../workload/fully-connected-shapes.ts";

/** What the pass over a prompt is made of. */
export interface PromptRequest {
  readonly model: string;
  readonly tokenCount: number;
  readonly weightBits: number;
}

/**
 * The pass of a generating model over its prompt: attention and fully connected layers, nothing pruned; every query sees
 * every token. @throws SpattenError `config` for an unknown model.
 */
export function promptWorkload({ model, tokenCount, weightBits }: PromptRequest): AttentionWorkload {
  const { layerCount, headCount, headDimension, id } = lookUp(modelShapes, model, "model");
  const jobs = Array.from({ length: layerCount * headCount }, (_, index): AttentionJob => {
    const head = index % headCount;
    return {
      kind: "attention",
      ...{ iteration: 0, layer: Math.floor(index / headCount), head, keyValueHead: head },
      ...denseHead(tokenCount, tokenCount),
    };
  });
  const workload: AttentionWorkload = {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: `${id}, prompt of ${tokenCount}, dense`,
      phase: "summarization",
      model: {
        name: id,
        layerCount,
        queryHeadCount: headCount,
        keyValueHeadCount: headCount,
        headDimension,
        unprunedLength: tokenCount,
      },
      iterationCount: 1,
      jobCount: jobs.length,
      assumptions: ["every query of the prompt sees every token"],
    },
    jobs,
  };
  return withFullyConnected(workload, weightBits);
}
