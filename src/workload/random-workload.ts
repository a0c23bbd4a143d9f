import type { Random } from "../base/random.ts";
import { type AttentionJob, type AttentionWorkload, WORKLOAD_SCHEMA } from "./attention-workload.ts";

const MOST_KEYS = 300;
const MOST_QUERIES = 24;
const HEAD_DIMENSIONS = [16, 48, 64] as const;
const BITS = [4, 6, 8, 10, 12] as const;

/**
 * A small workload that a seed draws, of either phase, with everything that a job can say: odd head dimensions, mixed
 * bits, local values alike or not, low bits again, cascade. For checks of one machine model against another.
 */
export function randomWorkload(random: Random): AttentionWorkload {
  const phase = random.integer(2) === 0 ? "summarization" : "generation";
  const layerCount = 1 + random.integer(2);
  const queryHeadCount = 1 + random.integer(3);
  const iterationCount = 1 + random.integer(2);
  const jobs: AttentionJob[] = [];
  const headDimension = pick(random, HEAD_DIMENSIONS);
  for (let iteration = 0; iteration < iterationCount; iteration++) {
    for (let layer = 0; layer < layerCount; layer++) {
      for (let head = 0; head < queryHeadCount; head++) {
        jobs.push(randomJob(random, phase === "summarization", { iteration, layer, head }));
      }
    }
  }
  const heads = { queryHeadCount, keyValueHeadCount: queryHeadCount };
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: "random",
      phase,
      model: { name: "random", layerCount, ...heads, headDimension, unprunedLength: MOST_KEYS },
      iterationCount,
      jobCount: jobs.length,
      assumptions: [],
    },
    jobs,
  };
}

function randomJob(
  random: Random,
  isSummarization: boolean,
  place: { readonly iteration: number; readonly layer: number; readonly head: number },
): AttentionJob {
  const queryCount = isSummarization ? 1 + random.integer(MOST_QUERIES) : 1;
  const keyCount = 1 + random.integer(MOST_KEYS);
  const prunesValues = random.integer(2) === 0;
  const isUniform = !isSummarization || random.integer(2) === 0;
  const keep = (): number => (prunesValues ? 1 + random.integer(keyCount) : keyCount);
  const first = keep();
  const each = Array.from({ length: queryCount }, () => (isUniform ? first : keep()));
  const refetchedCount = Math.floor((queryCount * pick(random, [0, 0, 300, 1000])) / 1000);
  const isCascade = random.integer(2) === 0;
  return {
    kind: "attention",
    ...place,
    keyValueHead: place.head,
    queryCount,
    keyCount,
    valueCount: Math.max(...each),
    valuesPerQuery: isUniform ? first : each,
    queryBits: pick(random, [8, 12, 16]),
    keyBits: pick(random, BITS),
    keyLsbBits: pick(random, [0, 4]),
    valueBits: pick(random, BITS),
    refetchedQueries: Array.from({ length: refetchedCount }, (_, query) => queryCount - 1 - query),
    topK: [
      ...(prunesValues ? each.map((k) => ({ of: "value" as const, n: keyCount, k, count: 1 })) : []),
      ...(isCascade ? [{ of: "token" as const, n: keyCount, k: Math.ceil(keyCount / 2), count: 1 }] : []),
    ],
  };
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[random.integer(values.length)]!;
}
