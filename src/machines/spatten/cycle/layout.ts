import { BITS_PER_BYTE } from "../../../base/units.ts";
import type { WorkloadHeader, WorkloadJob } from "../../../workload/attention-workload.ts";
import type { SpattenParameters } from "../parameters.ts";

export const streams = ["query", "key", "keyLsb", "value", "output"] as const;
export type Stream = (typeof streams)[number];

/** Where a head's rows of one stream lie, in transactions; channels take turns (block modulo channel count). */
export interface StreamPlace {
  /** First block of the region. */
  readonly baseBlock: number;
  /** Blocks from one row of the fused heads to the next. */
  readonly rowBlocks: number;
  /** Blocks before this head's share of a row. */
  readonly headOffset: number;
  /** Blocks of a row that this head reads, on average; a fraction where heads share a block. */
  readonly blocksPerRow: number;
}

/** How many rows a region must hold, and how many heads have one; grown job by job. */
export interface LayoutExtent {
  rowCount: number;
  headCount: number;
}

/** What the header alone asks for. */
export function createLayoutExtent({ model, iterationCount }: WorkloadHeader): LayoutExtent {
  return { rowCount: model.unprunedLength + iterationCount, headCount: model.queryHeadCount };
}

/** Makes room for a job. */
export function extendLayout(extent: LayoutExtent, job: WorkloadJob): void {
  if (job.kind !== "attention") return;
  extent.rowCount = Math.max(extent.rowCount, job.queryCount, job.keyCount, job.valueCount);
  if (job.keyIds !== undefined)
    for (const id of job.keyIds) extent.rowCount = Math.max(extent.rowCount, id + 1);
  extent.headCount = Math.max(extent.headCount, job.head + 1);
}

/**
 * Layout `contiguous`: layer, group of fused heads and stream, one region behind the other, as long as the longest stream
 * at the data path's width. In it head lies behind head, row behind row; where a row does not fill whole blocks, the
 * rows of the group are interleaved, and a block that heads share is read by one of them, in turn, so that all of them
 * together read each block once.
 */
export class Layout {
  /** First block behind all regions. */
  readonly endBlock: number;
  readonly #parameters: SpattenParameters;
  readonly #headDimension: number;
  readonly #rowCount: number;
  readonly #regionBlocks: number;
  readonly #groupCount: number;

  constructor(
    parameters: SpattenParameters,
    { model }: WorkloadHeader,
    { rowCount, headCount }: Readonly<LayoutExtent>,
  ) {
    this.#parameters = parameters;
    this.#headDimension = model.headDimension;
    this.#rowCount = rowCount;
    this.#regionBlocks = rowCount * this.#rowBlocks(parameters.datapathBits);
    this.#groupCount = Math.ceil(headCount / parameters.dram.fusedHeadCount);
    this.endBlock = model.layerCount * this.#groupCount * streams.length * this.#regionBlocks;
  }

  place(layer: number, head: number, stream: Stream, elementBits: number): StreamPlace {
    const { fusedHeadCount, transactionBytes } = this.#parameters.dram;
    const bits = Math.min(elementBits, this.#parameters.datapathBits);
    const fusedBlocks = this.#rowBlocks(bits);
    const group = Math.floor(head / fusedHeadCount);
    const headInGroup = head % fusedHeadCount;
    const region = (layer * this.#groupCount + group) * streams.length + streams.indexOf(stream);
    const baseBlock = region * this.#regionBlocks;
    const blocksPerRow = fusedBlocks / fusedHeadCount;
    const ownBlocks = (this.#headDimension * bits) / BITS_PER_BYTE / transactionBytes;
    if (Number.isInteger(ownBlocks)) {
      const headBlock = baseBlock + headInGroup * this.#rowCount * ownBlocks;
      return { baseBlock: headBlock, rowBlocks: ownBlocks, headOffset: 0, blocksPerRow };
    }
    const headOffset = Math.floor(headInGroup * blocksPerRow);
    return { baseBlock, rowBlocks: fusedBlocks, headOffset, blocksPerRow };
  }

  #rowBlocks(elementBits: number): number {
    const { fusedHeadCount, transactionBytes } = this.#parameters.dram;
    return Math.ceil((fusedHeadCount * this.#headDimension * elementBits) / BITS_PER_BYTE / transactionBytes);
  }
}
