import { type AddressLine, createAddressLine, writeAddressLine } from "./fragments.ts";
import { baseBlockOf } from "./key-addresses.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { REQUESTS_PER_ROW, type ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";

/**
 * Gather register of V addresses, hardware.md 4.4.19b: score lines bring a group of row indices each; a full or last
 * group → R → fetch arbiter. The groups are rotated (hardware.md 3, last point).
 */
export class ValueAddresses {
  private readonly geometry: ReleaseGeometry;
  private readonly requests: ReleaseRequests;
  private readonly scoreBuffer: Int32Array;
  private shownLine: AddressLine;
  private isShowing = false;
  private gathered: AddressLine;
  private groupCount = 0;
  private isWhole = false;

  constructor(geometry: ReleaseGeometry, requests: ReleaseRequests, scoreBuffer: Int32Array) {
    this.geometry = geometry;
    this.requests = requests;
    this.scoreBuffer = scoreBuffer;
    this.shownLine = createAddressLine(geometry.fetcherLaneCount, true);
    this.gathered = createAddressLine(geometry.fetcherLaneCount, true);
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.isShowing, this.groupCount, this.isWhole);
    if (this.isShowing) writeAddressLine(this.shownLine, state);
    if (this.groupCount > 0) writeAddressLine(this.gathered, state);
  }

  get shown(): AddressLine | undefined {
    return this.isShowing ? this.shownLine : undefined;
  }

  accept(): void {
    this.isShowing = false;
  }

  /** A complete group leaves for the register behind; before `gather` in every cycle. */
  step(): void {
    if (this.isWhole && !this.isShowing) this.leave();
  }

  private leave(): void {
    const line = this.gathered;
    this.gathered = this.shownLine;
    this.shownLine = line;
    this.isShowing = true;
    this.isWhole = false;
    this.groupCount = 0;
  }

  /** True while a complete group is still here. */
  get isComplete(): boolean {
    return this.isWhole;
  }

  /** A score line of the head that fetches; false while a complete group is still here. */
  gather(request: number, lineIndex: number, isLastValue: boolean, isLastScore: boolean): boolean {
    if (this.isWhole) return false;
    const { scoresPerLineCount, scoreLinesPerAddressLineCount, fetcherLaneCount } = this.geometry;
    const line = this.gathered;
    if (this.groupCount === 0) {
      line.baseBlock = baseBlockOf("value", request);
      line.requestsPerRow =
        this.requests.valueFused[request] === 1 ? REQUESTS_PER_ROW.fusedPair : REQUESTS_PER_ROW.eightBits;
      line.rowCount = 0;
      line.isFirst = lineIndex === 0;
    }
    const group = isLastScore ? 0 : (lineIndex + 1) % scoreLinesPerAddressLineCount;
    const indexLine = Math.floor(lineIndex / scoreLinesPerAddressLineCount);
    const start = indexLine * fetcherLaneCount + group * scoresPerLineCount;
    for (let score = 0; score < scoresPerLineCount; score++) {
      line.rowIndices[line.rowCount++] = this.scoreBuffer[start + score]!;
    }
    this.groupCount++;
    line.isLast = isLastValue;
    this.isWhole = isLastValue || this.groupCount === scoreLinesPerAddressLineCount;
    return true;
  }
}
