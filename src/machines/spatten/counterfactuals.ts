import type { AttentionWorkload, WorkloadJob } from "../../workload/attention-workload.ts";
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

/** The workload under a counterfactual; undefined where it changes nothing. */
export function changedWorkload(
  { job: change }: SpattenCounterfactual,
  workload: AttentionWorkload,
): AttentionWorkload | undefined {
  if (change === undefined) return workload;
  const concerns = workload.jobs.some((job) => job.kind === "attention" && job.refetchedQueries.length > 0);
  return concerns ? { header: workload.header, jobs: workload.jobs.map(change) } : undefined;
}
