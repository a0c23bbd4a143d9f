import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { eachRequest } from "../../workload/official-pairs.ts";
import type { OfficialRow } from "../../workload/official-row.ts";
import { bufferLinesOf, type ReleaseGeometry } from "./parameters.ts";
import { TopKLatencyModel } from "./top-k-latency-model.ts";

const HEAD_DIMENSION = 64;
const FUSED_BITS = 6;
/** Widths that the official bench maps; all above 8 bits, and -1, become 8 (hardware.md 2). */
const KNOWN_BITS: readonly number[] = [-1, FUSED_BITS, 8, 10, 12];

/** Heads from one rest to the next; the top-k of a head draws as many numbers as it has keys. */
const REST_HEADS = 256;

/** DRAM requests of 32 bytes per row: 4-bit LSBs, 8 bits, and two heads of 6 bits (hardware.md 3). */
export const REQUESTS_PER_ROW = { lowBits: 1, eightBits: 2, fusedPair: 3 } as const;

/** Columns of the RTL's requests, one entry per head; counts are rounded as the bench rounds them. */
export interface ReleaseRequests {
  readonly count: number;
  readonly keyCount: Int32Array;
  readonly valueCount: Int32Array;
  /** Lines of scores, and of the buffer, where an odd number gets a line of padding (hardware.md 1, "Derived"). */
  readonly keyScoreLineCount: Int32Array;
  readonly valueScoreLineCount: Int32Array;
  readonly keyBufferLineCount: Int32Array;
  readonly valueBufferLineCount: Int32Array;
  /** 1 where the keys of two heads share their rows. */
  readonly keyFused: Uint8Array;
  readonly valueFused: Uint8Array;
  /** Place in the pair: 1 for the second head, whose rows the first has fetched. */
  readonly keyPart: Uint8Array;
  readonly valuePart: Uint8Array;
  /** 1 where the scores are computed again with the low bits; with all-zero queries every such head is. */
  readonly isRedone: Uint8Array;
  readonly topKLatencyCycles: Int32Array;
}

/** Requests without the first `skipped`, over the same memory; the columns can be exchanged for their later parts. */
export class RequestView implements ReleaseRequests {
  count: number;
  keyCount: Int32Array;
  valueCount: Int32Array;
  keyScoreLineCount: Int32Array;
  valueScoreLineCount: Int32Array;
  keyBufferLineCount: Int32Array;
  valueBufferLineCount: Int32Array;
  keyFused: Uint8Array;
  valueFused: Uint8Array;
  keyPart: Uint8Array;
  valuePart: Uint8Array;
  isRedone: Uint8Array;
  topKLatencyCycles: Int32Array;

  constructor(requests: ReleaseRequests, skipped: number) {
    this.count = requests.count - skipped;
    this.keyCount = requests.keyCount.subarray(skipped);
    this.valueCount = requests.valueCount.subarray(skipped);
    this.keyScoreLineCount = requests.keyScoreLineCount.subarray(skipped);
    this.valueScoreLineCount = requests.valueScoreLineCount.subarray(skipped);
    this.keyBufferLineCount = requests.keyBufferLineCount.subarray(skipped);
    this.valueBufferLineCount = requests.valueBufferLineCount.subarray(skipped);
    this.keyFused = requests.keyFused.subarray(skipped);
    this.valueFused = requests.valueFused.subarray(skipped);
    this.keyPart = requests.keyPart.subarray(skipped);
    this.valuePart = requests.valuePart.subarray(skipped);
    this.isRedone = requests.isRedone.subarray(skipped);
    this.topKLatencyCycles = requests.topKLatencyCycles.subarray(skipped);
  }
}

/** Rows of the official CSV in a list, or made as they are asked for, with how many there are. */
export type ReleaseRows =
  | { readonly rows: readonly OfficialRow[] }
  | { readonly rows: Iterable<OfficialRow>; readonly rowCount: number };

/** The rows of a workload, one token of them if `iteration` is given, as the official bench presents them. */
export function* createRequests(
  source: ReleaseRows,
  geometry: ReleaseGeometry,
  iteration?: number,
): Steps<ReleaseRequests> {
  const rowCount = "rowCount" in source ? source.rowCount : source.rows.length;
  const requests = emptyRequests(rowCount);
  const topK = new TopKLatencyModel(geometry.topKParallelism, geometry.maximumRowCount);
  const rows = iteration === undefined ? source.rows : rowsOf(source.rows, iteration);
  const fill = (index: number, row: OfficialRow, part: number): void => {
    checkRow(row, index, geometry);
    fillRequest(requests, index, row, part, geometry, topK);
  };
  let index = 0;
  for (const request of eachRequest(rows)) {
    const start = index;
    if (request.kind === "single") fill(index++, request.row, 0);
    else {
      fill(index++, request.first, 0);
      fill(index++, request.second, 1);
    }
    if (index % REST_HEADS < index - start) yield { stage: "requests", done: index, total: rowCount };
  }
  if (index === 0) {
    throw new SpattenError("workload", "there is no row to simulate", {
      got: iteration === undefined ? "no rows" : `no row of iteration ${iteration}`,
    });
  }
  return firstRequests(requests, index);
}

function* rowsOf(rows: Iterable<OfficialRow>, iteration: number): Generator<OfficialRow, void> {
  for (const row of rows) if (row.iteration === iteration) yield row;
}

/** Where only a token of the rows was taken. */
function firstRequests(requests: ReleaseRequests, count: number): ReleaseRequests {
  if (count === requests.count) return requests;
  const { count: _all, ...columns } = requests;
  const cut = Object.entries(columns).map(([name, column]) => [name, column.slice(0, count)]);
  return { count, ...(Object.fromEntries(cut) as typeof columns) };
}

function emptyRequests(count: number): ReleaseRequests {
  return {
    count,
    keyCount: new Int32Array(count),
    valueCount: new Int32Array(count),
    keyScoreLineCount: new Int32Array(count),
    valueScoreLineCount: new Int32Array(count),
    keyBufferLineCount: new Int32Array(count),
    valueBufferLineCount: new Int32Array(count),
    keyFused: new Uint8Array(count),
    valueFused: new Uint8Array(count),
    keyPart: new Uint8Array(count),
    valuePart: new Uint8Array(count),
    isRedone: new Uint8Array(count),
    topKLatencyCycles: new Int32Array(count),
  };
}

function fillRequest(
  requests: ReleaseRequests,
  index: number,
  row: OfficialRow,
  part: number,
  geometry: ReleaseGeometry,
  topK: TopKLatencyModel,
): void {
  const { rowRoundingCount, scoresPerLineCount } = geometry;
  const keyFused = row.keyBits === FUSED_BITS ? 1 : 0;
  const valueFused = row.valueBits === FUSED_BITS ? 1 : 0;
  requests.keyCount[index] = roundUp(row.keyFetchCount, rowRoundingCount);
  requests.valueCount[index] = roundUp(row.valueFetchCount, rowRoundingCount);
  requests.keyScoreLineCount[index] = Math.ceil(requests.keyCount[index]! / scoresPerLineCount);
  requests.valueScoreLineCount[index] = Math.ceil(requests.valueCount[index]! / scoresPerLineCount);
  requests.keyBufferLineCount[index] = bufferLinesOf(requests.keyCount[index]!, scoresPerLineCount);
  requests.valueBufferLineCount[index] = bufferLinesOf(requests.valueCount[index]!, scoresPerLineCount);
  requests.keyFused[index] = keyFused;
  requests.valueFused[index] = valueFused;
  requests.keyPart[index] = keyFused * part;
  requests.valuePart[index] = valueFused * part;
  // Keys of more than 8 bits are read as 8 bits first and always again with 4 more.
  const isWide = row.keyBits !== FUSED_BITS && row.keyBits !== 8;
  requests.isRedone[index] = row.isRequantized || isWide ? 1 : 0;
  // The second of a pair of keys draws nothing; unrounded counts (hardware.md 2 and 4.4).
  const isSecond = keyFused * part === 1;
  requests.topKLatencyCycles[index] = isSecond
    ? 0
    : topK.nextLatencyCycles(row.keyFetchCount, row.valueFetchCount);
}

function checkRow(row: OfficialRow, index: number, geometry: ReleaseGeometry): void {
  if (row.headDimension !== HEAD_DIMENSION) {
    throw new SpattenError("workload", "the release's machine has a fixed head size", {
      where: placeOf(row, index, "embedding_length_D"),
      got: String(row.headDimension),
      expected: String(HEAD_DIMENSION),
    });
  }
  if (!KNOWN_BITS.includes(row.keyBits)) throw widthError(row.keyBits, placeOf(row, index, "quant_key_bit"));
  if (!KNOWN_BITS.includes(row.valueBits)) {
    throw widthError(row.valueBits, placeOf(row, index, "quant_value_bit"));
  }
  // What never fits would wait for ever.
  if (linesOf(row.keyFetchCount, row.keyBits, geometry) > geometry.bufferLineCount) {
    throw roomError(row.keyFetchCount, row.keyBits, placeOf(row, index, "key_fetch_num"), geometry);
  }
  if (linesOf(row.valueFetchCount, row.valueBits, geometry) > geometry.bufferLineCount) {
    throw roomError(row.valueFetchCount, row.valueBits, placeOf(row, index, "value_fetch_num"), geometry);
  }
}

function placeOf(row: OfficialRow, index: number, column: string): string {
  return `official row ${index} (iteration ${row.iteration}, layer ${row.layer}, head ${row.head}), column ${column}`;
}

function widthError(bits: number, where: string): SpattenError {
  return new SpattenError("workload", "the release's machine has no such width", {
    where,
    got: String(bits),
    expected: "6, 8, 10, 12 or -1",
  });
}

const headsOf = (bits: number): number => (bits === FUSED_BITS ? 2 : 1);

function linesOf(count: number, bits: number, geometry: ReleaseGeometry): number {
  const rounded = roundUp(count, geometry.rowRoundingCount);
  return headsOf(bits) * bufferLinesOf(rounded, geometry.scoresPerLineCount);
}

function roomError(count: number, bits: number, where: string, geometry: ReleaseGeometry): SpattenError {
  const lines = linesOf(count, bits, geometry);
  return new SpattenError("workload", "the rows do not fit the buffer of the release's machine", {
    where,
    got: `${count} rows of ${headsOf(bits) === 2 ? "a 6-bit pair" : "a head"}, ${lines} lines`,
    expected: `at most ${geometry.bufferLineCount} lines`,
  });
}

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}
