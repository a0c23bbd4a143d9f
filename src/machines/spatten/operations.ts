import { OPERATIONS_PER_MULTIPLY_ACCUMULATE } from "../../base/units.ts";
import type { AttentionJob, WorkloadHeader } from "../../workload/attention-workload.ts";
import { type Phase, phaseOf } from "./jobs.ts";
import { refetchedQueryCount, totalValueCount } from "./query-groups.ts";

/** Operations of one head as executed, without those of a recomputation. */
export function executedOperations(headDimension: number, job: AttentionJob): number {
  const products = job.queryCount * job.keyCount + totalValueCount(job);
  return products * headDimension * OPERATIONS_PER_MULTIPLY_ACCUMULATE;
}

/** Operations of Q·K done again after a refetch of low bits. */
export function recomputedOperations(headDimension: number, job: AttentionJob): number {
  return refetchedQueryCount(job) * job.keyCount * headDimension * OPERATIONS_PER_MULTIPLY_ACCUMULATE;
}

/** What the unpruned shape of the header takes in all iterations, or in one, of a phase: Q·K and prob·V. */
export function denseOperations(header: WorkloadHeader, phase: Phase, iteration?: number): number {
  let pairs = 0;
  const first = iteration ?? 0;
  const end = iteration === undefined ? header.iterationCount : iteration + 1;
  for (let index = first; index < end; index++) {
    if (phaseOf(header, index) === phase) pairs += denseQueryKeyPairs(header, index);
  }
  const { layerCount, queryHeadCount, headDimension } = header.model;
  const products = 2;
  return layerCount * queryHeadCount * pairs * headDimension * OPERATIONS_PER_MULTIPLY_ACCUMULATE * products;
}

function denseQueryKeyPairs(header: WorkloadHeader, iteration: number): number {
  const { unprunedLength, unprunedQueryLength } = header.model;
  if (phaseOf(header, iteration) === "generation") return unprunedLength + iteration;
  return (unprunedQueryLength ?? unprunedLength) * unprunedLength;
}
