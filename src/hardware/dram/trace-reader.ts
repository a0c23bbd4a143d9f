import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";

/** Requests of a channel in the order in which they are offered. */
export interface DramTrace {
  readonly addresses: Float64Array;
  /** 1 for each write; absent where all are reads. */
  readonly isWrite?: Uint8Array;
}

const LINE = /^(?:([RrWw])[\s,]+)?(0[xX][0-9a-fA-F]{1,12}|\d{1,15})$/;
const MOST_REQUESTS = 1 << 26;

/**
 * Collects a trace line by line: a channel-local byte address, decimal or 0x, optionally after R or W. Empty lines and
 * those that begin with # say nothing.
 */
export class TraceReader {
  private readonly where: string;
  private readonly capacityBytes: number;
  private addresses = new Float64Array(1024);
  private isWrite = new Uint8Array(1024);
  private lineNumber = 0;
  private count = 0;
  private writes = 0;

  /** `where` names the file; addresses must lie below `capacityBytes`. */
  constructor(where: string, capacityBytes: number) {
    this.where = where;
    this.capacityBytes = capacityBytes;
  }

  /** @throws SpattenError `input` with the number of the line. */
  readLine(text: string): void {
    this.lineNumber++;
    const line = text.trim();
    if (line === "" || line.startsWith("#")) return;
    const match = LINE.exec(line);
    if (match === null)
      throw this.bad("not a request", line, "a local byte address, optionally after R or W");
    const address = Number(match[2]!);
    if (address >= this.capacityBytes)
      throw this.bad("the address lies outside the channel", line, `below ${this.capacityBytes}`);
    if (this.count === MOST_REQUESTS)
      throw this.bad("the trace is too long", line, `${MOST_REQUESTS} requests`);
    if (this.count === this.addresses.length) this.grow();
    this.addresses[this.count] = address;
    if (match[1] === "W" || match[1] === "w") {
      this.isWrite[this.count] = 1;
      this.writes++;
    }
    this.count++;
  }

  /** @throws SpattenError `input` when there was no request. */
  finish(): DramTrace {
    if (this.count === 0) throw new SpattenError("input", "the trace has no request", { where: this.where });
    const addresses = this.addresses.slice(0, this.count);
    return this.writes === 0 ? { addresses } : { addresses, isWrite: this.isWrite.slice(0, this.count) };
  }

  private grow(): void {
    const size = this.addresses.length * 2;
    const addresses = new Float64Array(size);
    addresses.set(this.addresses);
    this.addresses = addresses;
    const isWrite = new Uint8Array(size);
    isWrite.set(this.isWrite);
    this.isWrite = isWrite;
  }

  private bad(what: string, line: string, expected: string): SpattenError {
    const where = `${this.where}, line ${this.lineNumber}`;
    return new SpattenError("input", what, { where, got: describeValue(line), expected });
  }
}
