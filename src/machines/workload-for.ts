import { finishWithRests, neverRest } from "../base/checkpoint.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { type WorkloadSource, wholeWorkloadSteps } from "../workload/workload-source.ts";
import type { Machine, SimulateOptions } from "./machine.ts";

/** A workload as a machine takes it: in memory, unless it reads streams. @throws SpattenError as the source does, `aborted`. */
export async function workloadFor(
  machine: Machine,
  source: WorkloadSource,
  { checkpoint = neverRest, onProgress }: SimulateOptions = {},
): Promise<AttentionWorkload> {
  // The one place where a stream passes for an array: `readsStreams` says that this machine never looks.
  if (machine.readsStreams === true) return source as AttentionWorkload;
  return finishWithRests(wholeWorkloadSteps(source), checkpoint, onProgress);
}
