import { BITS_PER_BYTE } from "../../../../base/units.ts";
import type { AttentionWorkload, FullyConnectedJob } from "../../../../workload/attention-workload.ts";
import type { MachineRun } from "../../jobs.ts";
import type { SpattenParameters } from "../../parameters.ts";

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

  constructor(parameters: SpattenParameters, workload: AttentionWorkload, firstBlock: number) {
    const { dram, datapathBits } = parameters;
    this.#channelCount = dram.channelCount;
    this.#rowBlocks = Math.max(1, Math.floor(dram.rowBufferBytes / dram.transactionBytes));
    const blocksOf = (elementCount: number, bits: number): number =>
      Math.ceil((elementCount * bits) / BITS_PER_BYTE / dram.transactionBytes);
    const sizes = new Map<string, number>();
    let inputBlocks = 0;
    let outputBlocks = 0;
    for (const job of workload.jobs) {
      if (job.kind !== "fully-connected") continue;
      const bits = Math.min(job.weightBits, datapathBits);
      const key = keyOf(job);
      sizes.set(key, Math.max(sizes.get(key) ?? 0, blocksOf(job.rows * job.columns, bits)));
      inputBlocks = Math.max(inputBlocks, blocksOf(job.vectorCount * job.rows, datapathBits));
      outputBlocks = Math.max(outputBlocks, blocksOf(job.vectorCount * job.columns, datapathBits));
    }
    let next = this.#aligned(firstBlock);
    const take = (blocks: number): number => {
      const first = next;
      next = this.#aligned(next + blocks);
      return first;
    };
    this.inputBlock = take(inputBlocks);
    this.outputBlock = take(outputBlocks);
    for (const [key, blocks] of sizes) this.#matrixBlocks.set(key, take(blocks));
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
export function weightAssumptions(runs: readonly MachineRun[]): string[] {
  if (!runs.some((run) => run.kind === "fully-connected")) return [];
  return [
    "fully connected: matrices lie behind the regions of attention, neighbouring transactions in neighbouring channels; outputs are written as they come",
  ];
}

function keyOf({ layer, name }: FullyConnectedJob): string {
  return `${layer} ${name}`;
}
