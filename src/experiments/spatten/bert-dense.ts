import type { Steps } from "../../base/checkpoint.ts";
import { cycleSteps } from "../../machines/spatten/cycle/cycle.ts";
import type { SpattenParameters } from "../../machines/spatten/parameters.ts";
import { bertBaseDense128 } from "../../machines/spatten/reference-workloads.ts";
import type { AttentionWorkload, WorkloadJob } from "../../workload/attention-workload.ts";

/** A dense BERT-Base on a machine, beside what can be told by hand. */
export interface BertDensePoint {
  readonly tokenCount: number;
  readonly cycles: number;
  /** No machine with this many multipliers can be faster: heads × queries × lines of keys. */
  readonly leastCycles: number;
  readonly dramReads: number;
  /** Q, K and V of every head read once. */
  readonly onceReads: number;
  readonly teraOperationsPerSecond: number;
  readonly operationsPerByte: number;
}

const ACCESS_BYTES = 32;
const BITS_PER_BYTE = 8;

/** BERT-Base with that many tokens, 12 layers of 12 heads, nothing pruned, 12 bits. */
export function bertBaseDense(tokenCount: number): AttentionWorkload {
  const { header, jobs } = bertBaseDense128();
  const counts = { queryCount: tokenCount, keyCount: tokenCount, valueCount: tokenCount };
  const resized = (job: WorkloadJob): WorkloadJob =>
    job.kind === "attention" ? { ...job, ...counts, valuesPerQuery: tokenCount } : job;
  const model = { ...header.model, unprunedLength: tokenCount };
  return {
    header: { ...header, source: `bert-base-dense-${tokenCount}`, model },
    jobs: jobs.map(resized),
  };
}

/** BERT-Base dense at fidelity cycle, and the bounds of it that need no simulator. */
export function* bertDensePoint(parameters: SpattenParameters, tokenCount: number): Steps<BertDensePoint> {
  const workload = bertBaseDense(tokenCount);
  const { model } = workload.header;
  const headCount = model.layerCount * model.queryHeadCount;
  const keysPerLine = Math.floor(parameters.multiplierCountPerModule / model.headDimension);
  const rowBytes = (model.headDimension * parameters.datapathBits) / BITS_PER_BYTE;
  const { cycles, operations, bytes, dramCommands } = yield* cycleSteps(parameters, workload);
  return {
    tokenCount,
    cycles,
    leastCycles: headCount * tokenCount * Math.ceil(tokenCount / keysPerLine),
    dramReads: dramCommands.reads ?? 0,
    onceReads: (headCount * 3 * tokenCount * rowBytes) / ACCESS_BYTES,
    teraOperationsPerSecond: (operations.executed / cycles) * parameters.clockGigahertz * 1e-3,
    operationsPerByte: operations.executed / bytes.total,
  };
}
