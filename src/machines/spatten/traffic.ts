import { BITS_PER_BYTE } from "../../base/units.ts";
import type { AttentionJob, WorkloadHeader } from "../../workload/attention-workload.ts";
import { type Buffering, bufferingOf } from "./buffering.ts";
import type { Phase } from "./jobs.ts";
import type { SpattenParameters } from "./parameters.ts";
import { refetchedQueryCount, totalValueCount } from "./query-groups.ts";

/** What one stream of a head moves over the DRAM interface. */
export interface StreamTraffic {
  readonly rowCount: number;
  /** Useful bytes: rows × elements × bits / 8. */
  readonly bytes: number;
  /** Transactions that carry them; half ones where two heads share a row. */
  readonly transactionCount: number;
  readonly activateCount: number;
}

/** All streams of one head. */
export interface HeadTraffic {
  readonly buffering: Buffering;
  readonly query: StreamTraffic;
  readonly key: StreamTraffic;
  readonly keyLsb: StreamTraffic;
  readonly value: StreamTraffic;
  readonly output: StreamTraffic;
  /** K and V rows that its queries bring, where the machine stores them. */
  readonly append: StreamTraffic;
}

/** Transactions of one row: those of `fusedHeadCount` interleaved rows, shared evenly. */
export function transactionsPerRow(
  parameters: SpattenParameters,
  headDimension: number,
  elementBits: number,
): number {
  const { fusedHeadCount, transactionBytes } = parameters.dram;
  const fusedBytes = (fusedHeadCount * headDimension * elementBits) / BITS_PER_BYTE;
  return Math.ceil(fusedBytes / transactionBytes) / fusedHeadCount;
}

/** What a head moves, stream by stream; operands wider than the data path are stored at its width. */
export function headTraffic(
  parameters: SpattenParameters,
  header: WorkloadHeader,
  phase: Phase,
  job: AttentionJob,
): HeadTraffic {
  const headDimension = header.model.headDimension;
  const buffering = bufferingOf(parameters, headDimension, phase, job);
  const stream = (
    rowCount: number,
    passCount: number,
    elementBits: number,
    spanRowCount: number,
  ): StreamTraffic => {
    if (rowCount === 0) return { rowCount, bytes: 0, transactionCount: 0, activateCount: 0 };
    const bits = Math.min(elementBits, parameters.datapathBits);
    const rowTransactions = transactionsPerRow(parameters, headDimension, bits);
    const spanBytes = (spanRowCount * headDimension * bits) / BITS_PER_BYTE;
    const pages = Math.ceil(spanBytes / parameters.dram.rowBufferBytes);
    return {
      rowCount,
      bytes: (rowCount * headDimension * bits) / BITS_PER_BYTE,
      transactionCount: rowCount * rowTransactions,
      activateCount: passCount * Math.min(pages, Math.ceil((rowCount / passCount) * rowTransactions)),
    };
  };
  const { queryCount, keyCount } = job;
  const span = phase === "generation" ? header.model.unprunedLength + job.iteration : keyCount;
  const passes = buffering === "streamed" ? queryCount : 1;
  const refetched = refetchedQueryCount(job);
  const lsbPasses = buffering === "streamed" ? refetched : Math.min(1, refetched);
  const reStreamed = buffering === "streamed" && phase === "summarization";
  const valueRows = reStreamed ? totalValueCount(job) : job.valueCount;
  return {
    buffering,
    query: stream(queryCount, 1, job.queryBits, queryCount),
    key: stream(keyCount * passes, passes, job.keyBits, span),
    keyLsb: stream(job.keyLsbBits === 0 ? 0 : keyCount * lsbPasses, lsbPasses, job.keyLsbBits, span),
    value: stream(valueRows, passes, job.valueBits, span),
    output: stream(parameters.writeOutputs ? queryCount : 0, 1, parameters.datapathBits, queryCount),
    append: appended(parameters.appendKeysAndValues ? appendedWidths(job) : [], (elementBits) =>
      stream(queryCount, 1, elementBits, queryCount),
    ),
  };
}

/** Widths of the rows that a query brings: K's high bits, its low bits where they are kept apart, V. */
export function appendedWidths(job: AttentionJob): number[] {
  return [job.keyBits, job.keyLsbBits, job.valueBits].filter((bits) => bits > 0);
}

function appended(
  widths: readonly number[],
  streamOf: (elementBits: number) => StreamTraffic,
): StreamTraffic {
  const none: StreamTraffic = { rowCount: 0, bytes: 0, transactionCount: 0, activateCount: 0 };
  return widths.map(streamOf).reduce(
    (sum, stream) => ({
      rowCount: sum.rowCount + stream.rowCount,
      bytes: sum.bytes + stream.bytes,
      transactionCount: sum.transactionCount + Math.ceil(stream.transactionCount),
      activateCount: sum.activateCount + stream.activateCount,
    }),
    none,
  );
}

/** What a head asks of the DRAM, in commands; half transactions are rounded up, stream by stream. */
export function dramCommandsOf(traffic: HeadTraffic): { activates: number; reads: number; writes: number } {
  const { query, key, keyLsb, value, output, append } = traffic;
  const reads = [query, key, keyLsb, value];
  return {
    activates: [...reads, output, append].reduce((sum, stream) => sum + stream.activateCount, 0),
    reads: reads.reduce((sum, stream) => sum + Math.ceil(stream.transactionCount), 0),
    writes: Math.ceil(output.transactionCount) + append.transactionCount,
  };
}
