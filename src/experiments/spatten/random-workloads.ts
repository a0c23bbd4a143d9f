import { createRandom } from "../../base/random.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { randomWorkload } from "../../workload/random-workload.ts";

/** So many small workloads, one a seed from 0 on. */
export function randomWorkloads(count: number): readonly AttentionWorkload[] {
  return Array.from({ length: count }, (_, seed) => randomWorkload(createRandom(seed)));
}
