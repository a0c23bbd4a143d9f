import type { Steps } from "../../base/checkpoint.ts";
import type { WorkloadJob } from "../../workload/attention-workload.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import { machineRuns } from "./jobs.ts";
import type { SpattenParameters } from "./parameters.ts";

/** What a machine has to know of a workload's end before it begins. */
export interface WorkloadSurvey {
  /** Runs of the iterations that are simulated. */
  readonly runCount: number;
  /** Fully connected ones among them, and the width of their widest weights. */
  readonly fullyConnectedCount: number;
  readonly widestWeightBits: number;
  /** Whether any job of any iteration is attention. */
  readonly hasAttention: boolean;
}

/**
 * One pass over all jobs before the machine starts, so that a job which cannot run is told before anything is simulated;
 * holds one layer. `see` is shown each job, of all iterations.
 * @throws SpattenError `workload` as `machineRuns` does.
 */
export function* surveySteps(
  parameters: SpattenParameters,
  { header, jobs }: WorkloadSource,
  iteration: number | undefined,
  see: (job: WorkloadJob) => void = () => undefined,
): Steps<WorkloadSurvey> {
  let [runCount, fullyConnectedCount, widestWeightBits, jobCount] = [0, 0, 0, 0];
  let hasAttention = false;
  function* seen(): Generator<WorkloadJob> {
    for (const job of jobs) {
      hasAttention ||= job.kind === "attention";
      see(job);
      jobCount++;
      yield job;
    }
  }
  for (const run of machineRuns(parameters, { header, jobs: seen() }, iteration)) {
    if (run !== undefined) runCount++;
    if (run?.kind === "fully-connected") {
      fullyConnectedCount++;
      widestWeightBits = Math.max(widestWeightBits, run.job.weightBits);
    }
    yield { stage: "jobs looked at", done: jobCount, total: header.jobCount };
  }
  return { runCount, fullyConnectedCount, widestWeightBits, hasAttention };
}
