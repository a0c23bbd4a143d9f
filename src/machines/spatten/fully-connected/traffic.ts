import { BITS_PER_BYTE } from "../../../base/units.ts";
import type { SpattenParameters } from "../parameters.ts";
import type { FullyConnectedPlan } from "./plan.ts";

/** Transactions of one group of vectors, beside one reading of all weights. */
export interface GroupTraffic {
  readonly vectorCount: number;
  readonly inputTransactionCount: number;
  readonly outputTransactionCount: number;
}

/** What a fully connected job moves over the DRAM interface. */
export interface FullyConnectedTraffic {
  /** Useful bytes, by the stream of a report: inputs count as `query`. */
  readonly bytes: { readonly query: number; readonly output: number; readonly weight: number };
  /** Of one reading of the weights; they lie without gaps. */
  readonly weightTransactionCount: number;
  readonly groups: readonly GroupTraffic[];
  readonly commands: { readonly activates: number; readonly reads: number; readonly writes: number };
}

/** Traffic of a fully connected job: the weights once a group, inputs and outputs at the data path's width. */
export function fullyConnectedTraffic(
  { datapathBits, dram }: SpattenParameters,
  plan: FullyConnectedPlan,
): FullyConnectedTraffic {
  const { job, weightCount, storedBits, groupVectorCounts } = plan;
  const activationBytes = (vectorCount: number, elementCount: number): number =>
    (vectorCount * elementCount * datapathBits) / BITS_PER_BYTE;
  const transactions = (bytes: number): number => Math.ceil(bytes / dram.transactionBytes);
  const pages = (bytes: number): number => Math.ceil(bytes / dram.rowBufferBytes);
  const passBytes = (weightCount * storedBits) / BITS_PER_BYTE;
  const weightTransactionCount = transactions(passBytes);
  let activates = 0;
  let reads = 0;
  let writes = 0;
  const groups = groupVectorCounts.map((vectorCount): GroupTraffic => {
    const inputBytes = activationBytes(vectorCount, job.rows);
    const outputBytes = activationBytes(vectorCount, job.columns);
    const inputTransactionCount = transactions(inputBytes);
    const outputTransactionCount = transactions(outputBytes);
    activates += pages(passBytes) + pages(inputBytes) + pages(outputBytes);
    reads += weightTransactionCount + inputTransactionCount;
    writes += outputTransactionCount;
    return { vectorCount, inputTransactionCount, outputTransactionCount };
  });
  return {
    bytes: {
      query: activationBytes(job.vectorCount, job.rows),
      output: activationBytes(job.vectorCount, job.columns),
      weight: passBytes * groups.length,
    },
    weightTransactionCount,
    groups,
    commands: { activates, reads, writes },
  };
}
