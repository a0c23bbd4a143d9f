import {
  type AttentionJob,
  type AttentionWorkload,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
} from "../../workload/attention-workload.ts";
import { denseHead } from "../../workload/dense-head.ts";

const BERT_BASE = { layerCount: 12, queryHeadCount: 12, keyValueHeadCount: 12, headDimension: 64 };

/** BERT-Base, one sentence of 128 tokens, nothing pruned, 12 bits: the workload of the calibration. */
export function bertBaseDense128(): AttentionWorkload {
  const tokenCount = 128;
  const jobs = eachHead(1, ({ iteration, layer, head }) => ({
    kind: "attention",
    iteration,
    layer,
    head,
    keyValueHead: head,
    ...denseHead(tokenCount, tokenCount),
  }));
  const header: WorkloadHeader = {
    schema: WORKLOAD_SCHEMA,
    source: "bert-base-dense-128",
    phase: "summarization",
    model: { name: "bert-base", ...BERT_BASE, unprunedLength: tokenCount },
    iterationCount: 1,
    jobCount: jobs.length,
    assumptions: ["128 tokens: the paper gives no sentence lengths"],
  };
  return { header, jobs };
}

/** What a released GPT-2 trace does from the second generated token on, as far as its counts tell. */
interface TraceSchedule {
  readonly name: string;
  readonly source: string;
  readonly layerCount: number;
  /** Heads that are left in a layer. */
  readonly headCounts: readonly number[];
  /** Keys that a layer works on; undefined where all are. */
  readonly keyCounts: readonly (number | undefined)[];
  /** Layers behind which tokens are selected anew, and how many stay. */
  readonly tokenTopK: ReadonlyMap<number, number>;
  readonly valueKeepRatio: number;
  readonly keyBits: number;
  readonly valueBits: number;
}

const times = <Value>(count: number, value: Value): Value[] => new Array<Value>(count).fill(value);

const SMALL_TRACE: TraceSchedule = {
  name: "gpt2-small",
  source:
    "key counts and value share of the released gpt2-small-wikitext2-per8 trace; its few refetches left out",
  layerCount: 12,
  headCounts: times(12, 12),
  keyCounts: [921, 716, ...times(4, 204), ...times(6, 102)],
  tokenTopK: new Map([
    [0, 716],
    [1, 204],
    [5, 102],
  ]),
  valueKeepRatio: 0.2,
  keyBits: 6,
  valueBits: 6,
};

const MEDIUM_TRACE: TraceSchedule = {
  name: "gpt2-medium",
  source:
    "key and head counts, value share and bits of the released gpt2-medium-wikitext2-per0-hp-step5 trace; top-k of heads left out",
  layerCount: 24,
  headCounts: [...times(16, 16), ...times(6, 13), ...times(2, 10)],
  keyCounts: [undefined, undefined, 921, ...times(2, 819), ...times(6, 614), ...times(13, 307)],
  tokenTopK: new Map([
    [1, 921],
    [2, 819],
    [4, 614],
    [10, 307],
  ]),
  valueKeepRatio: 0.3,
  keyBits: 12,
  valueBits: 8,
};

/** GPT-2-Small generating 32 tokens on the schedule of the released trace: where the top-k engines work. */
export function gpt2SmallPruned992(): AttentionWorkload {
  return generated(SMALL_TRACE);
}

/** GPT-2-Medium generating 32 tokens on the schedule of the released trace with all optimisations. */
export function gpt2MediumPruned992(): AttentionWorkload {
  return generated(MEDIUM_TRACE);
}

function generated(schedule: TraceSchedule): AttentionWorkload {
  const { name, layerCount, headCounts } = schedule;
  const iterationCount = 32;
  const unprunedLength = 993;
  const jobs: AttentionJob[] = [];
  for (let iteration = 0; iteration < iterationCount; iteration++) {
    for (let layer = 0; layer < layerCount; layer++) {
      for (let head = 0; head < headCounts[layer]!; head++) {
        jobs.push(generatedJob(schedule, { iteration, layer, head }, unprunedLength + iteration));
      }
    }
  }
  const queryHeadCount = headCounts[0]!;
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: `${name}-pruned-992`,
      phase: "generation",
      model: {
        name,
        layerCount,
        queryHeadCount,
        keyValueHeadCount: queryHeadCount,
        headDimension: 64,
        unprunedLength,
      },
      iterationCount,
      jobCount: jobs.length,
      assumptions: [schedule.source],
    },
    jobs,
  };
}

function generatedJob(schedule: TraceSchedule, place: HeadPlace, storedCount: number): AttentionJob {
  const { iteration, layer, head } = place;
  const keyCount = iteration === 0 ? storedCount : (schedule.keyCounts[layer] ?? storedCount);
  const valueCount = Math.floor(schedule.valueKeepRatio * keyCount);
  const isLast = head === schedule.headCounts[layer]! - 1;
  const kept = iteration > 0 && isLast ? schedule.tokenTopK.get(layer) : undefined;
  const tokens = kept === undefined ? [] : [{ of: "token" as const, n: keyCount, k: kept, count: 1 }];
  return {
    kind: "attention",
    ...place,
    keyValueHead: head,
    queryCount: 1,
    keyCount,
    valueCount,
    valuesPerQuery: valueCount,
    queryBits: 12,
    keyBits: schedule.keyBits,
    keyLsbBits: 0,
    valueBits: schedule.valueBits,
    refetchedQueries: [],
    topK: [{ of: "value" as const, n: keyCount, k: valueCount, count: 1 }, ...tokens],
  };
}

interface HeadPlace {
  readonly iteration: number;
  readonly layer: number;
  readonly head: number;
}

function eachHead(iterationCount: number, jobAt: (place: HeadPlace) => AttentionJob): AttentionJob[] {
  const jobs: AttentionJob[] = [];
  for (let iteration = 0; iteration < iterationCount; iteration++) {
    for (let layer = 0; layer < BERT_BASE.layerCount; layer++) {
      for (let head = 0; head < BERT_BASE.queryHeadCount; head++)
        jobs.push(jobAt({ iteration, layer, head }));
    }
  }
  return jobs;
}
