import type { ReleaseGeometry } from "./parameters.ts";
import type { StateWriter } from "./state-writer.ts";

/** Fragments between the fetch arbiter and collect: at most 16 + 1 + 64 + 64 a lane, and two before the lanes. */
const RING_COUNT = 256;
export const FRAGMENT_MASK = RING_COUNT - 1;

/** Codes of an element in the realign stage, two bits each. */
export const ELEMENT = { padding: 0, data: 1, lastData: 2 } as const;
const ELEMENT_COUNT = 4;

/** One line of addresses, as K or V shows it to the fetch arbiter. */
export interface AddressLine {
  /** First 32-byte block of the matrix. */
  baseBlock: number;
  requestsPerRow: number;
  rowCount: number;
  /** Row indices, in the order in which their requests are laid out. */
  readonly rowIndices: Int32Array;
  isFirst: boolean;
  isLast: boolean;
  isValue: boolean;
}

export function createAddressLine(laneCount: number, isValue: boolean): AddressLine {
  return {
    baseBlock: 0,
    requestsPerRow: 2,
    rowCount: 0,
    rowIndices: new Int32Array(laneCount),
    isFirst: false,
    isLast: false,
    isValue,
  };
}

/** What the next cycles depend on. */
export function writeAddressLine(line: AddressLine, state: StateWriter): void {
  state.block(line.baseBlock);
  state.put(line.requestsPerRow, line.rowCount, line.isFirst, line.isLast);
  state.put(...line.rowIndices.subarray(0, line.rowCount));
}

/** Ring of the fragments under way, by their running number (hardware.md 4.3.5, and 4.3.11 for the elements). */
export class FragmentRing {
  readonly laneCount: number;
  /** DRAM block of each lane, shape (fragments, lanes). */
  readonly blocks: Int32Array;
  /** Lanes that read; the others hold padding. */
  readonly readMasks = new Int32Array(RING_COUNT);
  /** Four elements of two bits, the first in the lowest bits. */
  readonly elements = new Uint8Array(RING_COUNT);
  /** What enters the context FIFO with it, or -1. */
  readonly contexts = new Int32Array(RING_COUNT);
  private written = 0;

  constructor(geometry: ReleaseGeometry) {
    this.laneCount = geometry.fetcherLaneCount;
    this.blocks = new Int32Array(RING_COUNT * this.laneCount);
  }

  /** What the next cycles depend on, of the fragments from a running number on. */
  writeState(state: StateWriter, collected: number): void {
    for (let fragment = collected; fragment < this.written; fragment++) {
      const slot = fragment & FRAGMENT_MASK;
      const mask = this.readMasks[slot]!;
      state.put(mask, this.elements[slot]!, this.contexts[slot]!);
      for (let rest = mask; rest !== 0; rest &= rest - 1)
        state.block(this.blocks[slot * this.laneCount + (31 - Math.clz32(rest & -rest))]!);
    }
  }

  /** Lays out fragment `part` of a line: its requests row after row, lane k of fragment f carries request f·C + k. */
  write(line: AddressLine, part: number): void {
    const { baseBlock, requestsPerRow, rowCount, rowIndices } = line;
    const { laneCount } = this;
    const slot = this.written++ & FRAGMENT_MASK;
    let mask = 0;
    const first = part * laneCount;
    let row = (first / requestsPerRow) | 0;
    let offset = first - row * requestsPerRow;
    for (let lane = 0; lane < laneCount && row < rowCount; lane++) {
      this.blocks[slot * laneCount + lane] = baseBlock + rowIndices[row]! * requestsPerRow + offset;
      mask |= 1 << lane;
      if (++offset === requestsPerRow) {
        offset = 0;
        row++;
      }
    }
    this.readMasks[slot] = mask;
    this.elements[slot] = this.elementsOf(mask, line.isLast && part === requestsPerRow - 1);
    this.contexts[slot] = line.isFirst && part === 0 ? contextOf(requestsPerRow, line.isValue) : -1;
  }

  private elementsOf(mask: number, isLastOfMatrix: boolean): number {
    const lanesPerElement = this.laneCount / ELEMENT_COUNT;
    let codes = 0;
    for (let element = ELEMENT_COUNT - 1; element >= 0; element--) {
      const isData = ((mask >>> (element * lanesPerElement)) & 1) === 1;
      const isFollowedByData =
        element === ELEMENT_COUNT - 1 ? !isLastOfMatrix : (codes & 3) !== ELEMENT.padding;
      const code = !isData ? ELEMENT.padding : isFollowedByData ? ELEMENT.data : ELEMENT.lastData;
      codes = (codes << 2) | code;
    }
    return codes;
  }
}

/** The context of a matrix: elements per pop of the realign stage (4, 3, 2 at 8, 6, 4 bits), and the buffer it goes to. */
function contextOf(requestsPerRow: number, isValue: boolean): number {
  const elementsPerPop = requestsPerRow === 1 ? 2 : requestsPerRow === 2 ? 4 : 3;
  return elementsPerPop * 2 + (isValue ? 1 : 0);
}

export const elementsPerPopOf = (context: number): number => context >>> 1;
export const isValueContext = (context: number): boolean => (context & 1) === 1;
