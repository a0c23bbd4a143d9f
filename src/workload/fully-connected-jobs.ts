import { SpattenError } from "../base/errors.ts";
import { lookUp } from "../base/registry.ts";
import {
  type AttentionJob,
  type AttentionWorkload,
  type FullyConnectedJob,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
  type WorkloadJob,
} from "./attention-workload.ts";
import { type ModelShape, modelShapes, shapeOfModel } from "./fully-connected-shapes.ts";
import { checkWorkload, generates } from "./workload-checks.ts";

/** Where a layer's fully connected jobs belong, and how much of it pruning has left. */
interface LayerWork {
  readonly iteration: number;
  readonly layer: number;
  readonly headCount: number;
  /** Vectors that come into the layer, and those that its token top-k leaves. */
  readonly vectorCount: number;
  readonly keptVectorCount: number;
  readonly weightBits: number;
}

/**
 * The workload with its model's fully connected layers around the attention of each layer: QKV before it; projection and
 * feed-forward after it. In a summarization a token that is pruned is no vector from the projection of its layer on; a
 * pruned head is no column of QKV and no row of the projection (SpAtten III-A and III-B). The LM head is left out.
 * @throws SpattenError `workload` for an unknown model, or a workload that has such jobs already.
 */
export function withFullyConnected(workload: AttentionWorkload, weightBits: number): AttentionWorkload {
  const { header } = workload;
  const shape = shapeOfModel(header);
  const jobs: WorkloadJob[] = [];
  for (const heads of layersOf(workload)) {
    const work = workOf(header, heads, weightBits);
    const [queryKeyValue, ...others] = layerJobs(shape, work);
    jobs.push(queryKeyValue!, ...heads, ...others);
  }
  const assumption = `fully connected layers of ${shape.id} at ${weightBits} bits, without embedding and LM head; pruned tokens are no vectors from the projection on, pruned heads no columns of QKV and no rows of the projection`;
  return {
    header: { ...header, jobCount: jobs.length, assumptions: [...header.assumptions, assumption] },
    jobs,
  };
}

/** What a workload of fully connected layers alone is made of. */
export interface FullyConnectedRequest {
  /** Tokens that a generating model makes, one an iteration; tokens of the one sentence of any other. */
  readonly tokenCount: number;
  readonly weightBits: number;
}

/**
 * The fully connected layers of a model, nothing pruned, without attention, embedding and LM head.
 * @throws SpattenError `config` for an unknown model, `workload` for counts out of range.
 */
export function fullyConnectedWorkload(modelId: string, request: FullyConnectedRequest): AttentionWorkload {
  const shape = lookUp(modelShapes, modelId, "model");
  const { tokenCount, weightBits } = request;
  const isGeneration = shape.phase === "generation";
  const iterationCount = isGeneration ? tokenCount : 1;
  const vectorCount = isGeneration ? 1 : tokenCount;
  const { layerCount, headCount, headDimension } = shape;
  const jobs: FullyConnectedJob[] = [];
  for (let iteration = 0; iteration < iterationCount; iteration++) {
    for (let layer = 0; layer < layerCount; layer++) {
      const work = { iteration, layer, headCount, vectorCount, keptVectorCount: vectorCount, weightBits };
      jobs.push(...layerJobs(shape, work));
    }
  }
  const header: WorkloadHeader = {
    schema: WORKLOAD_SCHEMA,
    source: `fully connected layers of ${shape.id}, ${tokenCount} tokens, ${weightBits} bits`,
    phase: shape.phase,
    model: {
      name: shape.id,
      layerCount,
      queryHeadCount: headCount,
      keyValueHeadCount: headCount,
      headDimension,
      unprunedLength: vectorCount,
    },
    iterationCount,
    jobCount: jobs.length,
    assumptions: ["no attention, embedding and LM head"],
  };
  const workload = { header, jobs };
  checkWorkload(workload, header.source);
  return workload;
}

/** Rows are inputs, columns outputs. */
function layerJobs(shape: ModelShape, work: LayerWork): FullyConnectedJob[] {
  const { iteration, layer, headCount, weightBits } = work;
  const width = shape.headCount * shape.headDimension;
  const headsWidth = headCount * shape.headDimension;
  const job = (name: string, vectorCount: number, rows: number, columns: number): FullyConnectedJob => ({
    kind: "fully-connected",
    iteration,
    layer,
    name,
    vectorCount,
    rows,
    columns,
    weightBits,
  });
  return [
    job("queryKeyValue", work.vectorCount, width, 3 * headsWidth),
    job("projection", work.keptVectorCount, headsWidth, width),
    job("feedForwardIn", work.keptVectorCount, width, shape.feedForwardWidth),
    job("feedForwardOut", work.keptVectorCount, shape.feedForwardWidth, width),
  ];
}

/** Attention jobs, layer by layer in their order. @throws SpattenError for other jobs, or heads of a layer that are apart. */
function layersOf({ jobs }: AttentionWorkload): AttentionJob[][] {
  const layers = new Map<string, AttentionJob[]>();
  let last = "";
  for (const job of jobs) {
    const place = `iteration ${job.iteration}, layer ${job.layer}`;
    if (job.kind !== "attention") {
      throw new SpattenError("workload", "the workload has fully connected layers already", {
        where: `${place}, "${job.name}"`,
      });
    }
    const heads = layers.get(place);
    if (heads !== undefined && place !== last) {
      throw new SpattenError("workload", "the heads of a layer must stand together", { where: place });
    }
    if (heads === undefined) layers.set(place, [job]);
    else heads.push(job);
    last = place;
  }
  return [...layers.values()];
}

function workOf(header: WorkloadHeader, heads: readonly AttentionJob[], weightBits: number): LayerWork {
  const { iteration, layer } = heads[0]!;
  const vectorCount = Math.max(...heads.map((head) => head.queryCount));
  const work = { iteration, layer, headCount: heads.length, vectorCount, weightBits };
  if (generates(header, iteration)) return { ...work, keptVectorCount: vectorCount };
  const kept = heads.flatMap((head) => head.topK.filter((event) => event.of === "token")).map(({ k }) => k);
  return { ...work, keptVectorCount: Math.min(vectorCount, ...kept) };
}
