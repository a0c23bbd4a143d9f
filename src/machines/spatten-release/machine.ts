import { Allocator } from "./allocator.ts";
import { BufferMemory } from "./buffer-memory.ts";
import { BufferReader } from "./buffer-reader.ts";
import { BufferWriter } from "./buffer-writer.ts";
import { Crossbar } from "./crossbar.ts";
import { DelayedFifo } from "./delayed-fifo.ts";
import { FetchArbiter } from "./fetch-arbiter.ts";
import { FragmentRing } from "./fragments.ts";
import { IssueArbiter, VERDICT_FIFO_DEPTH } from "./issue-arbiter.ts";
import { KeyAddresses } from "./key-addresses.ts";
import { KeyAllocator } from "./key-allocator.ts";
import { KeyHead } from "./key-head.ts";
import { Lanes } from "./lanes.ts";
import { OrderBuffer } from "./order-buffer.ts";
import { firstBufferCycle, type ReleaseGeometry } from "./parameters.ts";
import { ProbabilityValueProduct } from "./probability-value-product.ts";
import { QueryKeyProduct } from "./query-key-product.ts";
import type { ReadChannel } from "./read-channel.ts";
import { Realign } from "./realign.ts";
import type { ReleaseRequests } from "./requests.ts";
import { createScoreBuffer } from "./score-buffer.ts";
import { ScoreFifo } from "./score-fifo.ts";
import { SkidRegister } from "./skid-register.ts";
import type { StateWriter } from "./state-writer.ts";
import { TopKStage } from "./top-k-stage.ts";
import { ValueAddresses } from "./value-addresses.ts";
import { ValueHead } from "./value-head.ts";

/** The units of hardware.md 4, wired; `step` is one clock. */
export class ReleaseMachine {
  readonly keyAllocator: KeyAllocator;
  readonly issue: IssueArbiter;
  readonly keyHead: KeyHead;
  readonly keyAddresses: KeyAddresses;
  readonly keyMemory: BufferMemory;
  readonly keyWriter: BufferWriter;
  readonly keyReader: BufferReader;
  readonly fetchArbiter: FetchArbiter;
  readonly lanes: Lanes;
  readonly crossbar: Crossbar;
  readonly realign: Realign;
  readonly queryKeyProduct: QueryKeyProduct;
  readonly scoreFifo: ScoreFifo;
  readonly orderBuffer: OrderBuffer;
  readonly topK: TopKStage;
  readonly valueAddresses: ValueAddresses;
  readonly valueHead: ValueHead;
  readonly valueMemory: BufferMemory;
  readonly valueWriter: BufferWriter;
  readonly valueReader: BufferReader;
  readonly probabilityValueProduct: ProbabilityValueProduct;

  constructor(
    geometry: ReleaseGeometry,
    requests: ReleaseRequests,
    channels: readonly ReadChannel[],
    maySleep = true,
  ) {
    const { bufferLineCount, fetcherLaneCount, maximumRowCount } = geometry;
    const indices = createScoreBuffer(bufferLineCount, fetcherLaneCount, maximumRowCount);
    const redos = new SkidRegister();
    const verdicts = new DelayedFifo(VERDICT_FIFO_DEPTH);
    const keyRoom = new Allocator(bufferLineCount);
    const valueRoom = new Allocator(bufferLineCount);

    this.keyMemory = new BufferMemory(bufferLineCount, firstBufferCycle(geometry));
    this.keyWriter = new BufferWriter(this.keyMemory);
    this.keyReader = new BufferReader(this.keyMemory, maySleep);
    this.valueMemory = new BufferMemory(bufferLineCount, firstBufferCycle(geometry));
    this.valueWriter = new BufferWriter(this.valueMemory);
    this.valueReader = new BufferReader(this.valueMemory, maySleep);

    this.keyAddresses = new KeyAddresses(geometry, requests, indices);
    const { keyAddresses } = this;
    this.valueAddresses = new ValueAddresses(geometry, requests, indices);
    const fragments = new FragmentRing(geometry);
    this.lanes = new Lanes(geometry, fragments);
    this.crossbar = new Crossbar(this.lanes, channels);
    this.fetchArbiter = new FetchArbiter(fragments, keyAddresses, this.valueAddresses, this.lanes);
    this.realign = new Realign(this.lanes, this.keyWriter, this.valueWriter);

    this.keyAllocator = new KeyAllocator(requests, keyRoom);
    this.keyHead = new KeyHead(requests, this.keyAllocator, {
      memory: this.keyMemory,
      writer: this.keyWriter,
      addresses: keyAddresses,
      reader: this.keyReader,
    });
    this.issue = new IssueArbiter(this.keyAllocator, redos, verdicts, this.keyHead);
    this.scoreFifo = new ScoreFifo(geometry, requests, verdicts, redos, keyRoom, this.keyAllocator);
    this.queryKeyProduct = new QueryKeyProduct(geometry, this.keyHead, this.keyReader, this.scoreFifo);
    this.orderBuffer = new OrderBuffer(geometry, requests, this.scoreFifo);
    this.valueHead = new ValueHead(geometry, requests, valueRoom, {
      memory: this.valueMemory,
      writer: this.valueWriter,
      addresses: this.valueAddresses,
      reader: this.valueReader,
    });
    this.topK = new TopKStage(geometry, requests, this.orderBuffer, this.valueHead);
    this.probabilityValueProduct = new ProbabilityValueProduct(
      geometry,
      requests,
      this.valueHead,
      this.valueReader,
      valueRoom,
    );
  }

  /**
   * Clocks until *head* has another pass, or so many requests are answered, but not beyond cycle `end`; gives the first
   * cycle that is not clocked.
   */
  run(from: number, end: number, requestCount: number): number {
    const { keyHead, probabilityValueProduct } = this;
    const { pass } = keyHead;
    let cycle = from;
    do this.step(cycle++);
    while (cycle < end && keyHead.pass === pass && probabilityValueProduct.responseCount < requestCount);
    return cycle;
  }

  /** One cycle, in the working order of hardware.md 4.1: from each sink to its source. */
  step(cycle: number): void {
    this.stepBuffers(cycle);
    this.stepFetch(cycle);
    this.stepValues(cycle);
    this.stepScores(cycle);
    this.stepKeys(cycle);
  }

  // Parts of a step, so that the compiler can put the units of each into one piece of code: all of them are too many.

  private stepBuffers(cycle: number): void {
    if (this.valueHead.hasWork) {
      this.probabilityValueProduct.step(cycle);
      this.valueReader.step(cycle);
      this.valueWriter.step(cycle);
    }
    this.keyWriter.step(cycle);
    this.realign.step(cycle);
  }

  private stepFetch(cycle: number): void {
    this.crossbar.stepResponses(cycle);
    this.crossbar.stepChannels();
    this.lanes.stepAddresses(cycle);
    this.fetchArbiter.step(cycle);
  }

  private stepValues(cycle: number): void {
    if (this.valueHead.hasWork) {
      this.valueAddresses.step();
      this.valueHead.step(cycle);
      this.valueHead.hasWork = !this.isValueSideAtRest;
    }
    this.topK.step(cycle);
  }

  private stepScores(cycle: number): void {
    this.orderBuffer.step(cycle);
    this.scoreFifo.step(cycle);
    this.queryKeyProduct.step(cycle);
  }

  private stepKeys(cycle: number): void {
    this.keyReader.step(cycle);
    this.keyHead.step(cycle);
    this.issue.step(cycle);
    this.keyAllocator.step(cycle);
    this.keyMemory.settle();
    this.valueMemory.settle();
  }

  private get isValueSideAtRest(): boolean {
    const { valueHead, valueAddresses, valueReader, valueWriter } = this;
    return valueHead.isEmpty && valueReader.isResting && valueWriter.isEmpty && !valueAddresses.isComplete;
  }

  /** Grows whenever something goes on; readers that retry do not count. */
  get progress(): number {
    return (
      this.keyAllocator.counters.busyCycles +
      this.lanes.enteredCount +
      this.lanes.collectedCount +
      this.realign.counters.busyCycles +
      this.keyMemory.writes +
      this.valueMemory.writes +
      this.queryKeyProduct.counters.busyCycles +
      this.topK.movedLines +
      this.probabilityValueProduct.counters.busyCycles
    );
  }

  /** What the next cycles depend on, after `step` of that cycle. */
  writeState(state: StateWriter): void {
    for (const unit of [
      this.keyAllocator,
      this.issue,
      this.keyHead,
      this.keyAddresses,
      this.fetchArbiter,
      this.lanes,
      this.crossbar,
      this.realign,
      this.keyReader,
      this.queryKeyProduct,
      this.scoreFifo,
      this.orderBuffer,
      this.topK,
      this.valueHead,
      this.valueAddresses,
      this.valueReader,
      this.probabilityValueProduct,
    ])
      unit.writeState(state);
    this.keyWriter.writeState(state, this.keyReader);
    this.valueWriter.writeState(state, this.valueReader);
  }

  /** The state of each unit, a line each. */
  describe(): string[] {
    const units: Readonly<Record<string, { describe(): string }>> = {
      "K allocator": this.keyAllocator,
      issue: this.issue,
      head: this.keyHead,
      "fetch arbiter": this.fetchArbiter,
      lanes: this.lanes,
      channels: this.crossbar,
      realign: this.realign,
      "K writes": this.keyWriter,
      "K reads": this.keyReader,
      Q·K: this.queryKeyProduct,
      "score FIFO": this.scoreFifo,
      "order buffer": this.orderBuffer,
      "top-k": this.topK,
      "V head": this.valueHead,
      "V writes": this.valueWriter,
      "V reads": this.valueReader,
      prob·V: this.probabilityValueProduct,
    };
    return Object.entries(units).map(([name, unit]) => `${name}: ${unit.describe()}`);
  }
}
