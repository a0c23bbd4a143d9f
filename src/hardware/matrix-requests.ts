import { requireInteger } from "../base/require.ts";

/** Rows of a matrix in DRAM, back to back: row r at `baseBytes` + r × `rowBytes`. */
export interface MatrixRows {
  readonly baseBytes: number;
  /** D × bits / 8; need not be a multiple of a transaction (48 for 6-bit rows of 64). */
  readonly rowBytes: number;
  /** Rows to fetch, in the order in which they are wanted. */
  readonly rows: ArrayLike<number>;
}

/** The transactions of some rows, row after row. */
export interface BlockRequests {
  /** Transaction numbers: byte address ÷ transaction bytes. Neighbours that share one ask for it twice. */
  readonly blocks: Float64Array;
  /** For each row the number of blocks until its last one. */
  readonly rowEnds: Int32Array;
}

/** Cuts rows into transactions (hardware: 32-byte reads). @throws SpattenError `input` for a bad address or row. */
export function blockRequests(matrix: MatrixRows, transactionBytes: number): BlockRequests {
  const { baseBytes, rowBytes, rows } = matrix;
  requireInteger(baseBytes, "base address", 0);
  requireInteger(rowBytes, "bytes of a row", 1);
  const mostBlocks = rows.length * (Math.ceil(rowBytes / transactionBytes) + 1);
  const blocks = new Float64Array(mostBlocks);
  const rowEnds = new Int32Array(rows.length);
  let count = 0;
  for (let place = 0; place < rows.length; place++) {
    requireInteger(rows[place]!, "row", 0);
    const start = baseBytes + rows[place]! * rowBytes;
    const last = Math.floor((start + rowBytes - 1) / transactionBytes);
    for (let block = Math.floor(start / transactionBytes); block <= last; block++) blocks[count++] = block;
    rowEnds[place] = count;
  }
  return { blocks: blocks.subarray(0, count), rowEnds };
}

/** Channel and channel-local byte address of a block: neighbours lie in neighbouring channels (address bits 5 up). */
export function placeOfBlock(
  block: number,
  channelCount: number,
  transactionBytes: number,
): { readonly channel: number; readonly localBytes: number } {
  const channel = block % channelCount;
  return { channel, localBytes: ((block - channel) / channelCount) * transactionBytes };
}

/** A row's bytes out of those of its blocks: the realignment of a row that starts or ends inside a transaction. */
export function realignRow(blockBytes: Uint8Array, startBytes: number, rowBytes: number): Uint8Array {
  requireInteger(startBytes, "start in the first block", 0, blockBytes.length - rowBytes);
  return blockBytes.subarray(startBytes, startBytes + rowBytes);
}
