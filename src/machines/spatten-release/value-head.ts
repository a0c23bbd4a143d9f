import type { Allocator } from "./allocator.ts";
import type { BufferMemory } from "./buffer-memory.ts";
import type { BufferReader } from "./buffer-reader.ts";
import type { BufferWriter } from "./buffer-writer.ts";
import { DelayedFifo } from "./delayed-fifo.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import {
  isFirstLine,
  isLastLine,
  LIVE_REQUESTS,
  lineOf,
  liveIndexOf,
  passOf,
  requestOfLine,
} from "./pass.ts";
import { createPortFlags } from "./port-flags.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";
import type { ValueAddresses } from "./value-addresses.ts";

const SCORE_QUEUE_DEPTH_FACTOR = 16;

/** The units that the V head feeds. */
export interface ValueHeadOutputs {
  readonly memory: BufferMemory;
  readonly writer: BufferWriter;
  readonly addresses: ValueAddresses;
  readonly reader: BufferReader;
}

/**
 * V allocator and *V head*, hardware.md 4.4.19: every score line passes the register and is forked to write descriptors,
 * the gather register, the read descriptor and the score queue.
 */
export class ValueHead {
  readonly scoreQueue: DelayedFifo;
  private readonly batches = new Int32Array(LIVE_REQUESTS);
  private readonly requests: ReleaseRequests;
  private readonly allocator: Allocator;
  private readonly memory: BufferMemory;
  private readonly writer: BufferWriter;
  private readonly addresses: ValueAddresses;
  private readonly reader: BufferReader;
  /** True from a line's offer until all that is behind it has come to rest; the machine tells when. */
  hasWork = false;
  /** The register: a line, its number in the head, and whether it is the last of the head's scores. */
  private line = -1;
  private lineIndex = 0;
  private isLastScore = false;
  private readonly isPortTaken = createPortFlags();
  private isGatherTaken = false;
  private isReadTaken = false;
  private isQueueTaken = false;
  /** True while nothing but the gather register holds the line back. */
  private isOnlyGatherLeft = false;
  /** Cycles of the register; in all others it was empty. */
  readonly counters = {
    busyCycles: 0,
    writePortCycles: 0,
    gatherCycles: 0,
    readerCycles: 0,
    scoreQueueCycles: 0,
    roomRefusals: 0,
  };

  constructor(
    geometry: ReleaseGeometry,
    requests: ReleaseRequests,
    allocator: Allocator,
    outputs: ValueHeadOutputs,
  ) {
    this.requests = requests;
    this.allocator = allocator;
    this.memory = outputs.memory;
    this.writer = outputs.writer;
    this.addresses = outputs.addresses;
    this.reader = outputs.reader;
    this.scoreQueue = new DelayedFifo(SCORE_QUEUE_DEPTH_FACTOR * geometry.scoreLinesPerAddressLineCount);
  }

  /** A score line at the V allocator; only the first of a batch has a size. */
  offer(
    request: number,
    lineIndex: number,
    isLastValue: boolean,
    isLastScore: boolean,
    cycle: number,
  ): boolean {
    if (this.line >= 0) return false;
    const isFirst = lineIndex === 0;
    const isBatchFirst = this.requests.valuePart[request] === 0;
    if (isFirst && isBatchFirst && !this.allocate(request, cycle)) {
      this.counters.roomRefusals++;
      return false;
    }
    if (isFirst) this.batches[liveIndexOf(request)] = this.allocator.batch;
    this.line = lineOf(passOf(request, false), isFirst, isLastValue);
    this.lineIndex = lineIndex;
    this.isLastScore = isLastScore;
    this.isPortTaken[0] = !(isFirst && isBatchFirst);
    this.isPortTaken[1] = !(isFirst && isBatchFirst);
    this.isGatherTaken = !isBatchFirst;
    this.isReadTaken = !isFirst;
    this.isQueueTaken = false;
    this.hasWork = true;
    return true;
  }

  /** Batch number of a head whose lines pass or have passed, and which is not long done. */
  batchOf(request: number): number {
    return this.batches[liveIndexOf(request)]!;
  }

  /** True while neither register nor score queue holds anything. */
  get isEmpty(): boolean {
    return this.line < 0 && this.scoreQueue.fill === 0;
  }

  step(cycle: number): void {
    if (this.line < 0) return;
    if (this.isOnlyGatherLeft && this.addresses.isComplete) this.counters.gatherCycles++;
    else this.fork(cycle);
  }

  private fork(cycle: number): void {
    const request = requestOfLine(this.line);
    if (!this.isPortTaken[0]) this.isPortTaken[0] = this.describeWrite(request, 0);
    if (!this.isPortTaken[1]) this.isPortTaken[1] = this.describeWrite(request, 1);
    if (!this.isGatherTaken) {
      const isLast = isLastLine(this.line);
      this.isGatherTaken = this.addresses.gather(request, this.lineIndex, isLast, this.isLastScore);
    }
    if (!this.isReadTaken) this.isReadTaken = this.describeRead(request, cycle);
    if (!this.isQueueTaken && this.scoreQueue.hasRoom(cycle)) {
      this.scoreQueue.push(this.line, cycle);
      this.isQueueTaken = true;
    }
    this.finish();
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    this.allocator.writeState(state);
    state.line(this.line);
    state.put(this.lineIndex, this.isLastScore, ...this.isPortTaken);
    state.put(this.isGatherTaken, this.isReadTaken, this.isQueueTaken, this.isOnlyGatherLeft);
    this.scoreQueue.writeState(state, "line");
  }

  describe(): string {
    const register =
      this.line < 0 ? "empty" : `line ${this.lineIndex} of request ${requestOfLine(this.line)}`;
    const first = this.line >= 0 && isFirstLine(this.line) ? ", a first line" : "";
    return `${register}${first}; ${this.scoreQueue.fill} scores queued; ${this.allocator.describe()}`;
  }

  private finish(): void {
    const { counters } = this;
    if (!this.isPortTaken[0] || !this.isPortTaken[1]) counters.writePortCycles++;
    else if (!this.isGatherTaken) {
      counters.gatherCycles++;
      this.isOnlyGatherLeft = this.isReadTaken && this.isQueueTaken;
    } else if (!this.isReadTaken) counters.readerCycles++;
    else if (!this.isQueueTaken) counters.scoreQueueCycles++;
    else {
      counters.busyCycles++;
      this.line = -1;
      this.isOnlyGatherLeft = false;
    }
  }

  private allocate(request: number, cycle: number): boolean {
    return this.allocator.allocate(
      this.requests.valueBufferLineCount[request]! * (1 + this.requests.valueFused[request]!),
      cycle,
    );
  }

  private describeWrite(request: number, port: number): boolean {
    const { writer, memory } = this;
    const lines = this.requests.valueBufferLineCount[request]!;
    const { place, batch } = this.allocator;
    const tag = memory.tagOf(batch, false);
    return this.requests.valueFused[request] === 1
      ? writer.describeWrite(port, place + port * lines, 1, lines, tag)
      : writer.describeWrite(port, place + port, 2, lines / 2, tag);
  }

  private describeRead(request: number, cycle: number): boolean {
    const lines = this.requests.valueBufferLineCount[request]!;
    const line = this.allocator.place + this.requests.valuePart[request]! * lines;
    const tag = this.memory.tagOf(this.allocator.batch, false);
    return this.reader.describeRead(line, lines, tag, cycle);
  }
}
