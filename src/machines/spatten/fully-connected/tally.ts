import { OPERATIONS_PER_MULTIPLY_ACCUMULATE } from "../../../base/units.ts";
import type { WorkloadHeader } from "../../../workload/attention-workload.ts";
import { denseQueryCount } from "../../../workload/workload-checks.ts";
import type { Tally } from "../tally.ts";
import type { FullyConnectedPlan } from "./plan.ts";
import type { FullyConnectedTraffic } from "./traffic.ts";

/** Adds one fully connected job's useful bytes and operations; dense is the same matrix for every unpruned vector. */
export function tallyFullyConnected(
  { bytes, operations }: Tally,
  header: WorkloadHeader,
  { job, weightCount }: FullyConnectedPlan,
  traffic: FullyConnectedTraffic,
): void {
  for (const stream of ["query", "output", "weight"] as const) {
    bytes[stream] += traffic.bytes[stream];
    bytes.total += traffic.bytes[stream];
  }
  const operationsPerVector = weightCount * OPERATIONS_PER_MULTIPLY_ACCUMULATE;
  operations.executed += job.vectorCount * operationsPerVector;
  operations.denseEquivalent += denseQueryCount(header, job.iteration) * operationsPerVector;
}
