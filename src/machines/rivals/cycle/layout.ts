import { Fetch, StreamReader } from "../../spatten/cycle/fetch.ts";
import { partialBytes, rowBytes } from "../loads.ts";
import type { RivalParameters } from "../parameters.ts";
import type { RivalHead } from "../work.ts";

const streams = ["query", "key", "value", "output", "partial"] as const;
type Stream = (typeof streams)[number];

/** How large a matrix may be, and how many heads a layer has. */
export interface LayoutExtent {
  readonly rowCount: number;
  readonly headCount: number;
}

/**
 * Layout `contiguous`: layer, head and stream, one region behind the other, rows without gaps; channels take turns block by
 * block. A block that two rows share is fetched with the first of them.
 */
export class RivalLayout {
  readonly #parameters: RivalParameters;
  readonly #headDimension: number;
  readonly #headCount: number;
  readonly #regionBlocks: number;

  constructor(parameters: RivalParameters, headDimension: number, { rowCount, headCount }: LayoutExtent) {
    this.#parameters = parameters;
    this.#headDimension = headDimension;
    this.#headCount = headCount;
    const widest = Math.max(this.#rowBlocks("query"), this.#rowBlocks("partial"));
    this.#regionBlocks = Math.ceil(rowCount * widest) + 1;
  }

  /**
   * A fetch of rows `first` to `end` of a stream, counted from `base`: over all rows from `base` on, each block is fetched
   * once.
   */
  fetch(head: RivalHead, stream: Stream, base: number, first: number, end: number, isWrite = false): Fetch {
    const width = this.#rowBlocks(stream);
    const region = (head.layer * this.#headCount + head.head) * streams.length + streams.indexOf(stream);
    const firstBlock = Math.ceil((first - base) * width);
    const blockCount = Math.ceil((end - base) * width) - firstBlock;
    const baseBlock = region * this.#regionBlocks + Math.floor(base * width) + firstBlock;
    const reader = new StreamReader({ baseBlock, rowBlocks: 1, headOffset: 0, blocksPerRow: 1 });
    const blocks = Int32Array.from({ length: blockCount }, (_, block) => block);
    return new Fetch(reader, blocks, isWrite);
  }

  /** Blocks of a row, on average. */
  #rowBlocks(stream: Stream): number {
    const bytes =
      stream === "partial"
        ? partialBytes(this.#headDimension)
        : rowBytes(this.#parameters, this.#headDimension);
    return bytes / this.#parameters.dram.transactionBytes;
  }
}
