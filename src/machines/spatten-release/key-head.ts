import type { BufferMemory } from "./buffer-memory.ts";
import type { BufferReader } from "./buffer-reader.ts";
import type { BufferWriter } from "./buffer-writer.ts";
import type { KeyAddresses } from "./key-addresses.ts";
import type { KeyAllocator } from "./key-allocator.ts";
import { isRedoPass, requestOfPass, usesFetchOfOther } from "./pass.ts";
import { createPortFlags } from "./port-flags.ts";
import type { ReleaseRequests } from "./requests.ts";
import type { StateWriter } from "./state-writer.ts";

/** The units that *head* feeds. */
export interface KeyHeadOutputs {
  readonly memory: BufferMemory;
  readonly writer: BufferWriter;
  readonly addresses: KeyAddresses;
  readonly reader: BufferReader;
}

/**
 * *Head*, hardware.md 4.2.3-4: the register whose pass is forked to write descriptors, K addresses, the read descriptor
 * and Q·K. It is free again when all four have taken it, so nothing of the next K is fetched before.
 */
export class KeyHead {
  /** The pass that it holds, or -1. */
  pass = -1;
  /** Lines of the pass. */
  lineCount = 0;
  /** Set by Q·K when the last line of the pass enters it. */
  isProductTaken = false;
  private readonly requests: ReleaseRequests;
  private readonly allocations: KeyAllocator;
  private readonly memory: BufferMemory;
  private readonly writer: BufferWriter;
  private readonly addresses: KeyAddresses;
  private readonly reader: BufferReader;
  private readonly isPortTaken = createPortFlags();
  private isAddressTaken = false;
  private isReadTaken = false;
  /** True once all outputs but Q·K have taken the pass. */
  private isForked = false;
  private isOnlyAddressLeft = false;

  constructor(requests: ReleaseRequests, allocations: KeyAllocator, outputs: KeyHeadOutputs) {
    this.requests = requests;
    this.allocations = allocations;
    this.memory = outputs.memory;
    this.writer = outputs.writer;
    this.addresses = outputs.addresses;
    this.reader = outputs.reader;
  }

  begin(pass: number): void {
    this.pass = pass;
    this.lineCount = this.requests.keyBufferLineCount[requestOfPass(pass)]!;
    const isFetched = usesFetchOfOther(pass, this.requests);
    this.isPortTaken[0] = isFetched;
    this.isPortTaken[1] = isFetched;
    this.isAddressTaken = isFetched;
    this.isReadTaken = false;
    this.isProductTaken = false;
    this.isForked = false;
    this.isOnlyAddressLeft = false;
  }

  step(cycle: number): void {
    this.addresses.step();
    // Most cycles only wait for Q·K.
    if (this.pass < 0 || (this.isForked && !this.isProductTaken)) return;
    // Or for the register of the addresses besides.
    if (!this.isOnlyAddressLeft || this.addresses.canGenerate) this.fork(cycle);
  }

  private fork(cycle: number): void {
    if (!this.isPortTaken[0]) this.isPortTaken[0] = this.describeWrite(0);
    if (!this.isPortTaken[1]) this.isPortTaken[1] = this.describeWrite(1);
    if (!this.isAddressTaken) this.isAddressTaken = this.addresses.generate(this.pass);
    if (!this.isReadTaken) this.isReadTaken = this.describeRead(cycle);
    const isWritten = this.isPortTaken[0] && this.isPortTaken[1];
    this.isOnlyAddressLeft = isWritten && this.isReadTaken && !this.isAddressTaken;
    this.isForked = isWritten && this.isAddressTaken && this.isReadTaken;
    if (this.isForked && this.isProductTaken) this.pass = -1;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.pass(this.pass);
    state.put(this.lineCount, this.isProductTaken, ...this.isPortTaken);
    state.put(this.isAddressTaken, this.isReadTaken, this.isForked, this.isOnlyAddressLeft);
  }

  describe(): string {
    if (this.pass < 0) return "empty";
    const waits = [
      [this.isPortTaken[0] && this.isPortTaken[1], "write ports"],
      [this.isAddressTaken, "addresses"],
      [this.isReadTaken, "reader"],
      [this.isProductTaken, "Q·K"],
    ].filter(([isTaken]) => isTaken !== true);
    const kind = isRedoPass(this.pass) ? "redo of " : "";
    return `${kind}request ${requestOfPass(this.pass)} waits for ${waits.map(([, unit]) => unit).join(", ")}`;
  }

  private describeWrite(port: number): boolean {
    const request = requestOfPass(this.pass);
    const place = this.allocations.placeOf(request);
    const isRedo = isRedoPass(this.pass);
    if (!isRedo && this.requests.keyFused[request] === 1) {
      const line = place + port * this.lineCount;
      return this.writer.describeWrite(port, line, 1, this.lineCount, this.tag(request));
    }
    const line = place + this.requests.keyPart[request]! * this.lineCount + port;
    return this.writer.describeWrite(port, line, 2, this.lineCount / 2, this.tag(request));
  }

  private describeRead(cycle: number): boolean {
    const request = requestOfPass(this.pass);
    const line = this.allocations.placeOf(request) + this.requests.keyPart[request]! * this.lineCount;
    return this.reader.describeRead(line, this.lineCount, this.tag(request), cycle);
  }

  private tag(request: number): number {
    return this.memory.tagOf(this.allocations.batchOf(request), isRedoPass(this.pass));
  }
}
