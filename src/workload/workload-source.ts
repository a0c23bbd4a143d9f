import { finish, type Steps } from "../base/checkpoint.ts";
import type { AttentionWorkload, WorkloadHeader, WorkloadJob } from "./attention-workload.ts";

/** A workload that need not be in memory: jobs in the order in which a machine runs them, each pass from the first on. */
export interface WorkloadSource {
  readonly header: WorkloadHeader;
  /** Gives the same jobs however often it is iterated: machines need several passes. */
  readonly jobs: Iterable<WorkloadJob>;
  /** True where each pass checks every job, as a reader of files does: nobody need check it once more. */
  readonly isChecked?: boolean;
}

/** All of a workload in memory, for what needs it whole; one that is an array already comes back as it is. */
export function wholeWorkload(source: WorkloadSource): AttentionWorkload {
  return finish(wholeWorkloadSteps(source));
}

/** The same, resting between jobs. */
export function* wholeWorkloadSteps(source: WorkloadSource): Steps<AttentionWorkload> {
  if (isWhole(source)) return source;
  const { header } = source;
  const jobs: WorkloadJob[] = [];
  for (const job of source.jobs) {
    jobs.push(job);
    yield { stage: "jobs gathered", done: jobs.length, total: header.jobCount };
  }
  return { header, jobs };
}

function isWhole(source: WorkloadSource): source is AttentionWorkload {
  return Array.isArray(source.jobs);
}
