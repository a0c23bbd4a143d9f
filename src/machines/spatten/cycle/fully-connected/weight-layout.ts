import { BITS_PER_BYTE } from "../../../../base/units.ts";
import type { FullyConnectedJob, WorkloadJob } from "../../../../workload/attention-workload.ts";
import type { SpattenParameters } from "../../parameters.ts";
import type { WorkloadSurvey } from "../../survey.ts";

/** Blocks of each matrix, and of the largest inputs and outputs; grown job by job. */
export interface WeightExtent {
  readonly matrixBlocks: Map<string, number>;
  inputBlocks: number;
  outputBlocks: number;
}

/** Room for nothing. */
export function createWeightExtent(): WeightExtent {
  return { matrixBlocks: new Map(), inputBlocks: 0, outputBlocks: 0 };
}

/** Makes room for a job. */
export function extendWeights(
  extent: WeightExtent,
  { dram, datapathBits }: SpattenParameters,
  job: WorkloadJob,
): void {
  if (job.kind !== "fully-connected") return;
  const blocksOf = (elementCount: number, bits: number): number =>
    Math.ceil((elementCount * bits) / BITS_PER_BYTE / dram.transactionBytes);
  const key = keyOf(job);
  const blocks = blocksOf(job.rows * job.columns, Math.min(job.weightBits, datapathBits));
  extent.matrixBlocks.set(key, Math.max(extent.matrixBlocks.get(key) ?? 0, blocks));
  extent.inputBlocks = Math.max(extent.inputBlocks, blocksOf(job.vectorCount * job.rows, datapathBits));
  extent.outputBlocks = Math.max(extent.outputBlocks, blocksOf(job.vectorCount * job.columns, datapathBits));
}

/**
 * Where matrices and activations lie behind the regions of attention, in transactions: each matrix without gaps from the
 * first column of a DRAM row on, the same in every iteration; one region for inputs and one for outputs. Channels take
 * turns.
 */
export class WeightLayout {
  readonly inputBlock: number;
  readonly outputBlock: number;
  readonly #matrixBlocks = new Map<string, number>();
  readonly #channelCount: number;
  readonly #rowBlocks: number;

  constructor(parameters: SpattenParameters, extent: Readonly<WeightExtent>, firstBlock: number) {
    const { dram } = parameters;
    this.#channelCount = dram.channelCount;
    this.#rowBlocks = Math.max(1, Math.floor(dram.rowBufferBytes / dram.transactionBytes));
    let next = this.#aligned(firstBlock);
    const take = (blocks: number): number => {
      const first = next;
      next = this.#aligned(next + blocks);
      return first;
    };
    this.inputBlock = take(extent.inputBlocks);
    this.outputBlock = take(extent.outputBlocks);
    for (const [key, blocks] of extent.matrixBlocks) this.#matrixBlocks.set(key, take(blocks));
  }

  /** First block of a job's matrix. */
  matrixBlock(job: FullyConnectedJob): number {
    return this.#matrixBlocks.get(keyOf(job))!;
  }

  #aligned(block: number): number {
    const window = this.#channelCount * this.#rowBlocks;
    return Math.ceil(block / window) * window;
  }
}

/** How weights lie in DRAM; nothing where a workload has none. */
export function weightAssumptions({ fullyConnectedCount }: WorkloadSurvey): string[] {
  if (fullyConnectedCount === 0) return [];
  return [
    "fully connected: matrices lie behind the regions of attention, neighbouring transactions in neighbouring channels; outputs are written as they come",
  ];
}

function keyOf({ layer, name }: FullyConnectedJob): string {
  return `${layer} ${name}`;
}
