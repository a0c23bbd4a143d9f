import { SpattenError } from "../../base/errors.ts";
import type { AttentionJob, AttentionWorkload, WorkloadJob } from "../../workload/attention-workload.ts";
import type { BertHeadRow } from "./head-row.ts";

/** What the model makes of a workload; every report lists them. */
export const bertBehaviouralAssumptions: readonly string[] = [
  "bert-behavioural: DRAM, fill, drain and top-k of a layer are added, nothing overlaps (official bert.cpp)",
  "bert-behavioural: all queries of the unpruned sentence are computed, whatever was pruned (official bert.cpp)",
  "bert-behavioural: 6-bit elements, and those of more than 8 bits, are fetched as 8 bits; queries and outputs are not fetched",
  "bert-behavioural: no local value pruning and no head top-k; as many values as keys are fetched",
  "bert-behavioural: a token top-k ranks random numbers, seeded by the head's ordinal; the original's figure is undefined",
  "bert-behavioural: the model knows no energy and no area; both are 0 here",
];

/**
 * The heads of a summarization as rows of the model, of all iterations or of one.
 * @throws SpattenError `workload` for a generation, fully connected layers, refetched low bits, or no job at all.
 */
export function bertRowsFromWorkload(
  workload: AttentionWorkload,
  iteration?: number,
): readonly BertHeadRow[] {
  const { header } = workload;
  if (header.phase !== "summarization") {
    throw new SpattenError("workload", "bert-behavioural runs summarizations only", {
      got: header.phase,
      expected: "summarization",
    });
  }
  const jobs = workload.jobs
    .map(attentionOnly)
    .filter((job) => iteration === undefined || job.iteration === iteration);
  if (jobs.length === 0) {
    throw new SpattenError("workload", "there is no attention job to simulate", {
      ...(iteration === undefined ? {} : { where: `iteration ${iteration}` }),
    });
  }
  const { headDimension, unprunedLength, unprunedQueryLength } = header.model;
  return jobs.map((job) => ({
    layer: job.layer,
    headDimension,
    sentenceLength: unprunedQueryLength ?? unprunedLength,
    keyCount: job.keyCount,
    keyBits: job.keyBits,
    valueBits: job.valueBits,
    topKCount: job.topK.find((event) => event.of === "token")?.k,
  }));
}

function attentionOnly(job: WorkloadJob): AttentionJob {
  if (job.kind !== "attention") {
    throw new SpattenError("workload", "bert-behavioural runs no fully connected layer", {
      where: `layer ${job.layer}, "${job.name}"`,
    });
  }
  if (job.refetchedQueries.length > 0) {
    throw new SpattenError("workload", "bert-behavioural has no progressive quantization", {
      where: `layer ${job.layer}, head ${job.head}`,
      got: `${job.refetchedQueries.length} refetched queries`,
      hint: "the paper quantizes BERT statically",
    });
  }
  return job;
}
