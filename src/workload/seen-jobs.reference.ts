import type { WorkloadJob } from "./attention-workload.ts";

/** True for a job whose place came before: a set of names. */
export function createSeenJobsSlowly(): (job: WorkloadJob) => boolean {
  const seen = new Set<string>();
  return (job) => {
    const part = job.kind === "attention" ? `head ${job.head}` : `name ${job.name}`;
    const name = `${job.iteration} ${job.layer} ${part}`;
    const isSeen = seen.has(name);
    seen.add(name);
    return isSeen;
  };
}
