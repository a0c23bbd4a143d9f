import { type AttentionJob, type AttentionWorkload, WORKLOAD_SCHEMA } from "./attention-workload.ts";

/** One head of a small summarization, with what a test wants otherwise. */
export function sampleJob(changes: Partial<AttentionJob> = {}): AttentionJob {
  return {
    kind: "attention",
    iteration: 0,
    layer: 0,
    head: 0,
    keyValueHead: 0,
    queryCount: 4,
    keyCount: 4,
    valueCount: 3,
    valuesPerQuery: 2,
    queryBits: 12,
    keyBits: 8,
    keyLsbBits: 4,
    valueBits: 12,
    refetchedQueries: [],
    topK: [],
    ...changes,
  };
}

/** A summarization of eight tokens in two layers of two heads, with those jobs. */
export function sampleWorkload(jobs: AttentionWorkload["jobs"]): AttentionWorkload {
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: "made up for a test",
      phase: "summarization",
      model: {
        name: "tiny",
        layerCount: 2,
        queryHeadCount: 2,
        keyValueHeadCount: 2,
        headDimension: 4,
        unprunedLength: 8,
      },
      iterationCount: 1,
      jobCount: jobs.length,
      assumptions: [],
    },
    jobs,
  };
}
