import { OPERATIONS_PER_MULTIPLY_ACCUMULATE } from "../../base/units.ts";
import type { FullyConnectedJob, WorkloadHeader } from "../../workload/attention-workload.ts";
import { denseKeyCount, denseQueryCount } from "../../workload/workload-checks.ts";
import type { StreamBytes } from "../machine-report.ts";
import { noBytes } from "../stream-bytes.ts";

/** The parts of an attention layer that SpAtten's Fig 2 tells apart, in the order in which they run. */
export const attentionCalls = ["reshape", "queryKey", "softmax", "probabilityValue"] as const;
export type AttentionCall = (typeof attentionCalls)[number];

/** What a group of framework calls does, nothing kept in a cache from one to the next. */
export interface CallWork {
  readonly operations: number;
  readonly bytes: number;
}

interface Elements {
  readonly query: number;
  readonly key: number;
  readonly value: number;
  readonly output: number;
  readonly scores: number;
}

/** Elements of one layer's tensors, nothing pruned. */
function elementsOf({ model, ...header }: WorkloadHeader, iteration: number): Elements {
  const whole = { model, ...header };
  const queryCount = denseQueryCount(whole, iteration);
  const keyCount = denseKeyCount(whole, iteration);
  const { queryHeadCount, keyValueHeadCount, headDimension } = model;
  const query = queryHeadCount * queryCount * headDimension;
  const key = keyValueHeadCount * keyCount * headDimension;
  return { query, key, value: key, output: query, scores: queryHeadCount * queryCount * keyCount };
}

/**
 * Work of one attention layer in one iteration, by call: split, concat and reshape read and write Q, K, V and the output
 * once, the transpose K, the softmax the scores; the two products read their operands and write what comes out.
 */
export function attentionCallWork(
  header: WorkloadHeader,
  iteration: number,
  elementBytes: number,
): Readonly<Record<AttentionCall, CallWork>> {
  const { query, key, value, output, scores } = elementsOf(header, iteration);
  const operations = scores * header.model.headDimension * OPERATIONS_PER_MULTIPLY_ACCUMULATE;
  const moved = (elements: number): CallWork => ({ operations: 0, bytes: 2 * elements * elementBytes });
  return {
    reshape: moved(query + key + value + output),
    queryKey: { operations, bytes: (query + key + scores) * elementBytes },
    softmax: moved(key + scores),
    probabilityValue: { operations, bytes: (scores + value + output) * elementBytes },
  };
}

/** Bytes of one attention layer where nothing but Q, K, V and the output moves, each once. */
export function operandBytes(header: WorkloadHeader, iteration: number, elementBytes: number): number {
  const { query, key, value, output } = elementsOf(header, iteration);
  return (query + key + value + output) * elementBytes;
}

/** Bytes of all calls by stream; scores, which are written and read between the calls, count as output. */
export function attentionStreams(
  header: WorkloadHeader,
  iteration: number,
  elementBytes: number,
): StreamBytes {
  const elements = elementsOf(header, iteration);
  const query = 3 * elements.query * elementBytes;
  const key = 5 * elements.key * elementBytes;
  const value = 3 * elements.value * elementBytes;
  const output = (3 * elements.output + 4 * elements.scores) * elementBytes;
  const total = query + key + value + output;
  return { ...noBytes, query, key, value, output, total };
}

/** Work of a fully connected layer in floats: weights, inputs and outputs once. */
export function fullyConnectedStreams(job: FullyConnectedJob, elementBytes: number): StreamBytes {
  const query = job.vectorCount * job.rows * elementBytes;
  const output = job.vectorCount * job.columns * elementBytes;
  const weight = job.rows * job.columns * elementBytes;
  return { ...noBytes, query, output, weight, total: query + output + weight };
}

export function fullyConnectedOperations({ vectorCount, rows, columns }: FullyConnectedJob): number {
  return vectorCount * rows * columns * OPERATIONS_PER_MULTIPLY_ACCUMULATE;
}
