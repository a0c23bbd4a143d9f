import type { Steps } from "../../base/checkpoint.ts";
import type { WorkloadJob } from "../../workload/attention-workload.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import { IDEAL_DEVICE, type SpattenParameters } from "./parameters.ts";

/** One thing of a run made ideal. */
export interface SpattenCounterfactual {
  readonly id: string;
  readonly title: string;
  readonly parameters?: (parameters: SpattenParameters) => SpattenParameters;
  readonly job?: (job: WorkloadJob) => WorkloadJob;
}

/** What `--why` reruns. */
export const spattenCounterfactuals: readonly SpattenCounterfactual[] = [
  {
    id: "ideal-top-k",
    title: "ideal top-k (4,096 comparators, passes without overhead)",
    parameters: (old) => ({ ...old, topKComparatorCount: 4096, topKPassOverheadCycles: 0 }),
  },
  {
    id: "ideal-dram",
    title: "ideal DRAM (an access a cycle and channel: no banks, no refresh)",
    parameters: (old) => ({ ...old, dram: { ...old.dram, deviceName: IDEAL_DEVICE, efficiencyRatio: 1 } }),
  },
  {
    id: "twice-the-channels",
    title: "twice the DRAM channels",
    parameters: (old) => ({ ...old, dram: { ...old.dram, channelCount: 2 * old.dram.channelCount } }),
  },
  {
    id: "twice-the-scores",
    title: "twice the multipliers and the softmax's width",
    parameters: (old) => ({
      ...old,
      multiplierCountPerModule: 2 * old.multiplierCountPerModule,
      softmaxParallelism: 2 * old.softmaxParallelism,
      topKCapacityCount: 2 * old.topKCapacityCount,
    }),
  },
  {
    id: "no-pipeline-latency",
    title: "no pipeline latencies",
    parameters: (old) => ({
      ...old,
      pipeline: Object.fromEntries(
        Object.keys(old.pipeline).map((stage) => [stage, 0]),
      ) as SpattenParameters["pipeline"],
    }),
  },
  {
    id: "no-layer-barrier",
    title: "no barrier between layers",
    parameters: (old) => ({ ...old, layerBarrier: false }),
  },
  {
    id: "no-output-writes",
    title: "no output writes",
    parameters: (old) => ({ ...old, writeOutputs: false }),
  },
  {
    id: "no-refetch",
    title: "no low bits fetched again",
    job: (job) => (job.kind === "attention" ? { ...job, refetchedQueries: [] } : job),
  },
];

/** The workload under a counterfactual, changed as it is read; undefined where it changes nothing. */
export function* changedWorkloadSteps(
  { job: change }: SpattenCounterfactual,
  workload: WorkloadSource,
): Steps<WorkloadSource | undefined> {
  if (change === undefined) return workload;
  const { header } = workload;
  let done = 0;
  for (const job of workload.jobs) {
    if (job.kind === "attention" && job.refetchedQueries.length > 0) {
      return { ...workload, jobs: { [Symbol.iterator]: () => changedJobs(workload.jobs, change) } };
    }
    yield { stage: "jobs looked at", done: ++done, total: header.jobCount };
  }
  return undefined;
}

function* changedJobs(
  jobs: Iterable<WorkloadJob>,
  change: (job: WorkloadJob) => WorkloadJob,
): Generator<WorkloadJob> {
  for (const job of jobs) yield change(job);
}
