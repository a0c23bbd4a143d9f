import { SpattenError } from "../../base/errors.ts";
import type { Allocator } from "./allocator.ts";
import type { BufferReader } from "./buffer-reader.ts";
import { RESET_CYCLES } from "./key-allocator.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { isLastLine, requestOfLine } from "./pass.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";
import type { ValueHead } from "./value-head.ts";

const RESPONSE_CYCLES = 3;

/**
 * prob·V, hardware.md 4.4.20: joins the score queue and the V reader, one line per cycle, never stalled after; a head's
 * response comes 3 + log2 U cycles after its last line.
 */
export class ProbabilityValueProduct {
  /** Printed cycle of each response. */
  responseCycles: Int32Array;
  private printedAfterCycles = RESET_CYCLES;
  responseCount = 0;
  /** Cycle of the last response. */
  lastCycle = -1;
  private readonly requests: ReleaseRequests;
  private readonly latencyCycles: number;
  private readonly values: ValueHead;
  private readonly reader: BufferReader;
  private readonly allocator: Allocator;
  private joined = 0;
  /** Cycles; in all others it waited for scores. */
  readonly counters = { busyCycles: 0, valueCycles: 0 };

  constructor(
    geometry: ReleaseGeometry,
    requests: ReleaseRequests,
    values: ValueHead,
    reader: BufferReader,
    allocator: Allocator,
  ) {
    this.requests = requests;
    this.latencyCycles = RESPONSE_CYCLES + geometry.treeRegisterCount;
    this.values = values;
    this.reader = reader;
    this.allocator = allocator;
    this.responseCycles = new Int32Array(requests.count);
  }

  /** Goes on with later requests, whose cycles go into `responseCycles`, after cycles that were not clocked. */
  skip(responseCycles: Int32Array, skippedCycles: number): void {
    this.responseCycles = responseCycles;
    this.printedAfterCycles = RESET_CYCLES + skippedCycles;
  }

  step(cycle: number): void {
    const line = this.values.scoreQueue.peek(cycle);
    if (line < 0) return;
    if (!this.reader.hasLine) this.counters.valueCycles++;
    else this.join(line, cycle);
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.joined);
  }

  describe(): string {
    return `${this.responseCount} of ${this.requests.count} heads answered, ${this.joined} lines of the next joined`;
  }

  private join(line: number, cycle: number): void {
    this.counters.busyCycles++;
    this.values.scoreQueue.pop(cycle);
    this.reader.hasLine = false;
    const request = requestOfLine(line);
    const isLast = isLastLine(line);
    const isLastRead = ++this.joined === this.requests.valueBufferLineCount[request]!;
    if (isLast !== isLastRead) throw assertionError(request, this.requests.valueCount[request]!, cycle);
    if (!isLast) return;
    this.joined = 0;
    this.lastCycle = cycle + this.latencyCycles;
    this.responseCycles[request] = this.printedAfterCycles + this.lastCycle;
    this.responseCount++;
    if (this.requests.valuePart[request] !== this.requests.valueFused[request]) return;
    this.allocator.release(this.values.batchOf(request), this.lastCycle);
  }
}

function assertionError(request: number, valueCount: number, cycle: number): SpattenError {
  return new SpattenError(
    "workload",
    "the official RTL ends with an assertion here, as its V lines are odd",
    {
      where: `request ${request}, cycle ${RESET_CYCLES + cycle}`,
      got: `${valueCount} values after rounding; scores and V buffer disagree on the last line`,
      hint: "rowRoundingCount 32 is safe at full size",
    },
  );
}
