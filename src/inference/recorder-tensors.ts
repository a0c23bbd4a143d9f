import { canonicalJson } from "../base/json.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import type { AttentionJob, AttentionWorkload } from "../workload/attention-workload.ts";
import { createSidecar } from "../workload/tensor-sidecar.ts";
import type { LayerDecision } from "./decisions.ts";

/**
 * The tensors behind an encoder run's workload, as a safetensors file: kept ids, scores, probabilities, Q, K, V, and the
 * plan that decided, for a machine that decides itself.
 */
export function recordedTensors(
  workload: AttentionWorkload,
  layers: readonly LayerDecision[],
  plan: PruningPlan,
): Uint8Array {
  const sidecar = createSidecar();
  sidecar.addMetadata("plan", canonicalJson(plan));
  const { headDimension } = workload.header.model;
  const jobs = workload.jobs.filter((job): job is AttentionJob => job.kind === "attention");
  for (const { layer, tokens, tokenScores, headScores, headDecisions } of layers) {
    const place = { iteration: 0, layer };
    sidecar.addLayer(place, "tokenImportance", Float32Array.from(tokenScores));
    sidecar.addLayer(place, "headImportance", Float32Array.from(headScores));
    for (const { head, maximumProbability, tensors } of headDecisions) {
      const job = jobs.find((candidate) => candidate.layer === layer && candidate.head === head)!;
      sidecar.addKeyIds(job, Int32Array.from(tokens));
      sidecar.addHead(job, headDimension, "maximumProbability", Float32Array.from(maximumProbability));
      if (tensors === undefined) continue;
      sidecar.addHead(job, headDimension, "query", tensors.query);
      sidecar.addHead(job, headDimension, "key", tensors.key);
      sidecar.addHead(job, headDimension, "value", tensors.value);
      sidecar.addHead(job, headDimension, "probability", tensors.probability);
    }
  }
  return sidecar.toBytes();
}
