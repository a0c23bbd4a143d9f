import { type AddressLine, createAddressLine, writeAddressLine } from "./fragments.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { isRedoPass, requestOfPass } from "./pass.ts";
import { REQUESTS_PER_ROW, type ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";

const BLOCK_BYTES = 32;
const REQUEST_STRIDE_BLOCKS = 0x10000 / BLOCK_BYTES;
/** Ids beyond this wrap in the 2^28 blocks that 16 channels tell apart. */
const ID_MASK = 0x1_ffff;

const BASE_BYTES = { key: 0xab10000, keyLowBits: 0xab20000, value: 0xcd10000 } as const;

/** First block of a request's area (hardware.md 2, "Base addresses"). */
export const baseBlockOf = (base: keyof typeof BASE_BYTES, request: number): number =>
  BASE_BYTES[base] / BLOCK_BYTES + (request & ID_MASK) * REQUEST_STRIDE_BLOCKS;

/**
 * K addresses, hardware.md 4.2.3b: one index line of the score buffer per cycle → R → R → fetch arbiter. The registers
 * hold the pass and the number of the line.
 */
export class KeyAddresses {
  private readonly geometry: ReleaseGeometry;
  private readonly requests: ReleaseRequests;
  private readonly scoreBuffer: Int32Array;
  private readonly line: AddressLine;
  private isShowing = false;
  private firstPass = -1;
  private firstLine = 0;
  private nextLine = 0;

  constructor(geometry: ReleaseGeometry, requests: ReleaseRequests, scoreBuffer: Int32Array) {
    this.geometry = geometry;
    this.requests = requests;
    this.scoreBuffer = scoreBuffer;
    this.line = createAddressLine(geometry.fetcherLaneCount, false);
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.isShowing, this.firstLine, this.nextLine);
    state.pass(this.firstPass);
    if (this.isShowing) writeAddressLine(this.line, state);
  }

  /** The line that the fetch arbiter sees in the second register. */
  get shown(): AddressLine | undefined {
    return this.isShowing ? this.line : undefined;
  }

  accept(): void {
    this.isShowing = false;
  }

  /** The first register moves on; in every cycle, before `generate`. */
  step(): void {
    if (this.firstPass < 0 || this.isShowing) return;
    this.load(this.firstPass, this.firstLine);
    this.isShowing = true;
    this.firstPass = -1;
  }

  get canGenerate(): boolean {
    return this.firstPass < 0;
  }

  /** Offers the next line of the pass at *head*; true when its last line was taken. */
  generate(pass: number): boolean {
    if (this.firstPass >= 0) return false;
    this.firstPass = pass;
    this.firstLine = this.nextLine++;
    const keyCount = this.requests.keyCount[requestOfPass(pass)]!;
    if (this.nextLine * this.geometry.fetcherLaneCount < keyCount) return false;
    this.nextLine = 0;
    return true;
  }

  private load(pass: number, lineIndex: number): void {
    const { fetcherLaneCount } = this.geometry;
    const request = requestOfPass(pass);
    const keyCount = this.requests.keyCount[request]!;
    const line = this.line;
    const start = lineIndex * fetcherLaneCount;
    line.rowCount = Math.min(fetcherLaneCount, keyCount - start);
    for (let row = 0; row < line.rowCount; row++) line.rowIndices[row] = this.scoreBuffer[start + row]!;
    if (isRedoPass(pass)) {
      // Only this head's low bits, fused or not.
      line.baseBlock = baseBlockOf("keyLowBits", request);
      line.requestsPerRow = REQUESTS_PER_ROW.lowBits;
    } else {
      line.baseBlock = baseBlockOf("key", request);
      line.requestsPerRow =
        this.requests.keyFused[request] === 1 ? REQUESTS_PER_ROW.fusedPair : REQUESTS_PER_ROW.eightBits;
    }
    line.isFirst = lineIndex === 0;
    line.isLast = start + fetcherLaneCount >= keyCount;
  }
}
