import {
  type AttentionJob,
  type AttentionWorkload,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
} from "../../workload/attention-workload.ts";

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
    queryCount: tokenCount,
    keyCount: tokenCount,
    valueCount: tokenCount,
    valuesPerQuery: tokenCount,
    queryBits: 12,
    keyBits: 12,
    keyLsbBits: 0,
    valueBits: 12,
    refetchedQueries: [],
    topK: [],
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

/** Keys that the layers of the released GPT-2-Small trace work on from the second token on. */
const TRACE_KEY_COUNTS = [921, 716, 204, 204, 204, 204, 102, 102, 102, 102, 102, 102];
/** Layers behind which that trace selects tokens anew, and how many stay. */
const TRACE_TOKEN_TOP_K = new Map([
  [0, 716],
  [1, 204],
  [5, 102],
]);

/** GPT-2-Small generating 32 tokens on the schedule of the released trace: where the top-k engines work. */
export function gpt2SmallPruned992(): AttentionWorkload {
  const iterationCount = 32;
  const unprunedLength = 993;
  const lastHead = BERT_BASE.queryHeadCount - 1;
  const jobs = eachHead(iterationCount, ({ iteration, layer, head }) => {
    const keyCount = iteration === 0 ? unprunedLength : TRACE_KEY_COUNTS[layer]!;
    const valueCount = Math.floor(0.2 * keyCount);
    const kept = iteration === 0 || head !== lastHead ? undefined : TRACE_TOKEN_TOP_K.get(layer);
    const tokens = kept === undefined ? [] : [{ of: "token" as const, n: keyCount, k: kept, count: 1 }];
    return {
      kind: "attention",
      iteration,
      layer,
      head,
      keyValueHead: head,
      queryCount: 1,
      keyCount,
      valueCount,
      valuesPerQuery: valueCount,
      queryBits: 12,
      keyBits: 6,
      keyLsbBits: 0,
      valueBits: 6,
      refetchedQueries: [],
      topK: [{ of: "value" as const, n: keyCount, k: valueCount, count: 1 }, ...tokens],
    };
  });
  const header: WorkloadHeader = {
    schema: WORKLOAD_SCHEMA,
    source: "gpt2-small-pruned-992",
    phase: "generation",
    model: { name: "gpt2-small", ...BERT_BASE, unprunedLength },
    iterationCount,
    jobCount: jobs.length,
    assumptions: [
      "key counts and value share of the released gpt2-small-wikitext2-per8 trace; its few refetches left out",
    ],
  };
  return { header, jobs };
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
