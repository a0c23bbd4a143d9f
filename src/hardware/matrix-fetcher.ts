import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { arbitrationSchema } from "./arbiter.ts";
import { AddressCrossbar } from "./crossbar.ts";
import { DataCrossbar } from "./data-crossbar.ts";
import { handshakeFault } from "./handshake.ts";
import { type BlockRequests, blockRequests, type MatrixRows } from "./matrix-requests.ts";
import { countUpTo, latencyCycles, powerOfTwoUpTo } from "./parameter-ranges.ts";
import { createCounters } from "./unit-counters.ts";

/** The QKV fetcher (SpAtten section IV-C, Fig. 8, 3-5, Table I); requests of 32 bytes as in the official RTL. */
export const matrixFetcherParametersSchema = z.strictObject({
  laneCount: z._default(countUpTo(4096), 32),
  channelCount: z._default(powerOfTwoUpTo(1024), 16),
  transactionBytes: z._default(powerOfTwoUpTo(4096), 32),
  laneFifoDepth: z._default(countUpTo(1 << 16), 64),
  arbitration: z._default(arbitrationSchema, "lowest-index"),
  /** From the collected lanes to whole rows. */
  realignCycles: z._default(latencyCycles(), 1),
});

export type MatrixFetcherParameters = z.infer<typeof matrixFetcherParametersSchema>;

/** The channels as the fetcher sees them. Responses come in the order in which their channel took the requests. */
export interface MemoryPort {
  /** Whether the channel takes a read in this cycle. */
  canAccept(channel: number): boolean;
  /** A read of the transaction at a channel-local byte address, for a lane. */
  accept(channel: number, localBytes: number, lane: number): void;
  /** Lane of the channel's oldest response that is there in this cycle; -1 for none. */
  headLane(channel: number): number;
  /** That response leaves. */
  take(channel: number): void;
}

interface OpenMatrix {
  readonly requests: BlockRequests;
  issued: number;
  collected: number;
  rowsCollected: number;
  rowsDelivered: number;
}

/**
 * Fetches one matrix behind the other, fragment by fragment: a fragment is one transaction for each lane, in the order
 * of the rows; it is collected when all its lanes have their data.
 *
 * At most as many fragments are under way as a lane's FIFO is deep (a credit each, free again in the cycle after the
 * collection), so a response always finds room and the channels cannot lock up. With room in the address FIFOs as the
 * only condition they do: low lanes run ahead, fill their data FIFOs, and block the channels for the others.
 */
export class MatrixFetcher {
  readonly parameters: MatrixFetcherParameters;
  readonly counters = createCounters(
    ["matrices", "fragments", "requests", "rows", "bytes"] as const,
    // `credits`: nothing was collected and as much as allowed is under way; `memory`: everything has been asked for.
    ["credits", "memory", "idle"] as const,
  );
  readonly addressCrossbar: AddressCrossbar;
  readonly dataCrossbar: DataCrossbar;
  readonly #delayedRows: Int32Array;
  /** Matrices that are not wholly delivered, oldest first; the last one may still be asked for. */
  readonly #open: OpenMatrix[] = [];
  #memory: MemoryPort | undefined;
  #fragmentsUnderWay = 0;
  #now = 0;

  // The crossbars' callbacks, made once: a cycle allocates nothing.
  readonly #isReady = (channel: number): boolean => this.#memory!.canAccept(channel);
  readonly #accept = (channel: number, lane: number, block: number): void => {
    const { channelCount, transactionBytes } = this.parameters;
    this.#memory!.accept(channel, ((block - channel) / channelCount) * transactionBytes, lane);
    this.dataCrossbar.expect(lane, channel);
  };
  readonly #headLane = (channel: number): number => this.#memory!.headLane(channel);
  readonly #take = (channel: number): number => {
    this.#memory!.take(channel);
    return 0;
  };

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof matrixFetcherParametersSchema> = {}) {
    this.parameters = parseWith(matrixFetcherParametersSchema, parameters, { what: "matrix fetcher" });
    const { laneCount, channelCount, laneFifoDepth, arbitration } = this.parameters;
    const shape = { laneCount, channelCount, laneFifoDepth, laneOrderDepth: laneFifoDepth, arbitration };
    this.addressCrossbar = new AddressCrossbar(shape);
    this.dataCrossbar = new DataCrossbar(shape);
    this.#delayedRows = new Int32Array(this.parameters.realignCycles + 1);
  }

  /** Whether another matrix can be started: every block of those before has been asked for. */
  get canStart(): boolean {
    const last = this.#open.at(-1);
    return last === undefined || last.issued === last.requests.blocks.length;
  }

  /** Whether every row of every matrix has been delivered. */
  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  /** Starts a matrix in this cycle, before `cycle`. @throws SpattenError `input` for a bad address or row. */
  start(matrix: MatrixRows): void {
    if (!this.canStart) throw handshakeFault("a new matrix before the one before has been asked for");
    const requests = blockRequests(matrix, this.parameters.transactionBytes);
    this.counters.events.matrices++;
    if (matrix.rows.length === 0) return;
    this.#open.push({ requests, issued: 0, collected: 0, rowsCollected: 0, rowsDelivered: 0 });
  }

  /** One cycle; returns how many rows are whole in it, in the order in which they were wanted, of one matrix. */
  cycle(memory: MemoryPort): number {
    const isOpen = this.#open.length > 0;
    const hasCredit = this.#fragmentsUnderWay < this.parameters.laneFifoDepth;
    const collectedRows = this.#collect();
    const isIssuing = hasCredit && this.#issue();
    this.#memory = memory;
    this.addressCrossbar.arbitrate(this.#isReady, this.#accept);
    this.dataCrossbar.arbitrate(this.#headLane, this.#take);
    this.addressCrossbar.endCycle();
    this.dataCrossbar.endCycle();
    this.#countTime(isOpen, isIssuing || collectedRows >= 0);
    return this.#realign(Math.max(0, collectedRows));
  }

  #issue(): boolean {
    const matrix = this.#open.at(-1);
    const { laneCount, channelCount, transactionBytes } = this.parameters;
    if (matrix === undefined) return false;
    const { blocks } = matrix.requests;
    const count = Math.min(laneCount, blocks.length - matrix.issued);
    const lanes = this.addressCrossbar.lanes;
    if (count === 0) return false;
    for (let lane = 0; lane < count; lane++) {
      const block = blocks[matrix.issued + lane]!;
      lanes.push(lane, block % channelCount, block);
    }
    matrix.issued += count;
    this.#fragmentsUnderWay++;
    this.counters.events.fragments++;
    this.counters.events.requests += count;
    this.counters.events.bytes += count * transactionBytes;
    return true;
  }

  /** Collects the oldest fragment; returns the rows that it completes, or -1 where it is not there. */
  #collect(): number {
    let place = 0;
    while (place < this.#open.length && isCollected(this.#open[place]!)) place++;
    const matrix = this.#open[place];
    if (matrix === undefined) return -1;
    const { blocks, rowEnds } = matrix.requests;
    const lanes = this.dataCrossbar.lanes;
    const count = Math.min(this.parameters.laneCount, blocks.length - matrix.collected);
    for (let lane = 0; lane < count; lane++) if (!lanes.canPop(lane)) return -1;
    for (let lane = 0; lane < count; lane++) lanes.pop(lane);
    matrix.collected += count;
    this.#fragmentsUnderWay--;
    const before = matrix.rowsCollected;
    while (matrix.rowsCollected < rowEnds.length && rowEnds[matrix.rowsCollected]! <= matrix.collected) {
      matrix.rowsCollected++;
    }
    return matrix.rowsCollected - before;
  }

  #realign(collectedRows: number): number {
    const delayed = this.#delayedRows;
    delayed[(this.#now + this.parameters.realignCycles) % delayed.length] = collectedRows;
    const rows = delayed[this.#now % delayed.length]!;
    this.#now++;
    const matrix = this.#open[0];
    if (matrix === undefined || rows === 0) return 0;
    matrix.rowsDelivered += rows;
    this.counters.events.rows += rows;
    if (matrix.rowsDelivered === matrix.requests.rowEnds.length) this.#open.shift();
    return rows;
  }

  #countTime(isOpen: boolean, isMoving: boolean): void {
    const { counters } = this;
    if (isMoving) counters.busyCycles++;
    else if (!isOpen) counters.stallCycles.idle++;
    else counters.stallCycles[this.canStart ? "memory" : "credits"]++;
  }
}

function isCollected({ requests, collected }: OpenMatrix): boolean {
  return collected === requests.blocks.length;
}
