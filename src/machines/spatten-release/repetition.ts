import { addCounters } from "./add-counters.ts";
import type { ReleaseCounters } from "./counters.ts";
import type { ReleaseMachine } from "./machine.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import { isRedoPass, requestOfPass } from "./pass.ts";
import type { ReadChannel } from "./read-channel.ts";
import { type ReleaseRequests, RequestView } from "./requests.ts";
import { StateWriter } from "./state-writer.ts";

/** Requests that a state may depend on beyond the one at *head*: one in the allocator's register, one presented. */
const LOOK_AHEAD_REQUESTS = 8;
/**
 * States that are kept for comparison (readers retry every 5 cycles, rows come round every 4 requests: a period may be 20),
 * and how many may be written in a run of alike requests before it is given up.
 */
const KEPT_STATES = 24;
const MOST_STATES = 64;
/** Requests repeat where each equals the one before the last: single heads, or pairs of 6 bits. */
const PERIOD_REQUESTS = 2;
/** Bytes from a request's area to the next, and from a row of a channel's bank to the next row of that bank. */
const REQUEST_BYTES = 0x10000;
const ROW_BYTES = 1 << 14;

interface KeptState {
  readonly request: number;
  readonly cycle: number;
  readonly numbers: readonly number[];
  readonly counters: ReleaseCounters;
}

/**
 * Looks steps from head to head up instead of clocking them: where the state, counted from the present cycle and request,
 * equals an earlier one, and the requests to come are alike, what happened between the two happens again. Whole periods
 * are then taken out of the requests to come, and put into the answers; the machine's own state stays as it is.
 */
export class Repetition {
  /** Requests and cycles that the machine has not clocked. */
  skippedRequests = 0;
  skippedCycles = 0;
  private readonly machine: ReleaseMachine;
  private readonly channels: readonly ReadChannel[];
  private readonly all: ReleaseRequests;
  private readonly view: RequestView;
  private readonly countersNow: () => ReleaseCounters;
  private readonly rowsPerRequest: number;
  private readonly presentedCycles: Int32Array;
  private readonly responseCycles: Int32Array;
  /** The run of alike requests that holds the present one, its end not included. */
  private runStart = 0;
  private runEnd = PERIOD_REQUESTS;
  private kept: KeptState[] = [];
  private writtenCount = 0;
  private lastPass = -1;
  private skippedCounters: ReleaseCounters | undefined;

  constructor(
    machine: ReleaseMachine,
    channels: readonly ReadChannel[],
    geometry: ReleaseGeometry,
    all: ReleaseRequests,
    view: RequestView,
    counters: () => ReleaseCounters,
  ) {
    this.machine = machine;
    this.channels = channels;
    this.all = all;
    this.view = view;
    this.countersNow = counters;
    this.rowsPerRequest = REQUEST_BYTES / geometry.dramChannelCount / ROW_BYTES;
    this.presentedCycles = machine.keyAllocator.presentedCycles;
    this.responseCycles = machine.probabilityValueProduct.responseCycles;
  }

  /** Printed cycles of each request, also of those that were skipped. */
  get cycles(): { readonly presentedCycles: Int32Array; readonly responseCycles: Int32Array } {
    return { presentedCycles: this.presentedCycles, responseCycles: this.responseCycles };
  }

  /** The counters with those of the cycles that were skipped. */
  withSkipped(counters: ReleaseCounters): ReleaseCounters {
    return this.skippedCounters === undefined ? counters : addCounters(counters, this.skippedCounters, 1);
  }

  /** After the step of a cycle; skips at most so many cycles. */
  visit(cycle: number, mostCycles: number): void {
    const { pass } = this.machine.keyHead;
    if (pass === this.lastPass) return;
    this.lastPass = pass;
    if (pass < 0 || isRedoPass(pass)) return;
    const request = requestOfPass(pass) + this.skippedRequests;
    if (!this.isInRun(request) || this.writtenCount >= MOST_STATES) return;
    this.writtenCount++;
    const numbers = this.stateOf(requestOfPass(pass), cycle);
    const earlier = this.kept.find((kept) => this.isSame(kept, request, numbers));
    if (earlier === undefined) {
      if (this.kept.length === KEPT_STATES) this.kept.shift();
      this.kept.push({ request, cycle: cycle + this.skippedCycles, numbers, counters: this.countersNow() });
      return;
    }
    const requests = request - earlier.request;
    const cycles = cycle + this.skippedCycles - earlier.cycle;
    const most = Math.floor((this.runEnd - LOOK_AHEAD_REQUESTS - request) / requests);
    this.skip(earlier, requests, cycles, Math.min(most, Math.floor(mostCycles / cycles)));
  }

  /** True while all that is in the machine, and what comes next, lies in one run of alike requests. */
  private isInRun(request: number): boolean {
    while (request >= this.runEnd) {
      this.runStart = this.runEnd - 1;
      this.runEnd = this.runStart + PERIOD_REQUESTS;
      this.kept = [];
      this.writtenCount = 0;
    }
    const { count } = this.all;
    while (this.runEnd < count && this.isAlike(this.runEnd)) this.runEnd++;
    const oldest = this.machine.probabilityValueProduct.responseCount + this.skippedRequests;
    return oldest >= this.runStart && request + LOOK_AHEAD_REQUESTS + PERIOD_REQUESTS <= this.runEnd;
  }

  private isAlike(request: number): boolean {
    const { keyCount, valueCount, keyFused, valueFused, keyPart, valuePart, isRedone, topKLatencyCycles } =
      this.all;
    const other = request - PERIOD_REQUESTS;
    return (
      keyCount[request] === keyCount[other] &&
      valueCount[request] === valueCount[other] &&
      keyFused[request] === keyFused[other] &&
      valueFused[request] === valueFused[other] &&
      keyPart[request] === keyPart[other] &&
      valuePart[request] === valuePart[other] &&
      isRedone[request] === isRedone[other] &&
      // A head that keeps all its values goes past the top-k.
      (topKLatencyCycles[request] === topKLatencyCycles[other] || valueCount[request]! >= keyCount[request]!)
    );
  }

  private stateOf(request: number, cycle: number): readonly number[] {
    const state = new StateWriter(cycle, request);
    this.machine.writeState(state);
    const row = Math.floor(request * this.rowsPerRequest);
    for (const channel of this.channels) for (const number of channel.relativeState!(row)) state.put(number);
    return state.numbers;
  }

  private isSame(kept: KeptState, request: number, numbers: readonly number[]): boolean {
    const distance = request - kept.request;
    if (distance % PERIOD_REQUESTS !== 0 || !Number.isInteger(distance * this.rowsPerRequest)) return false;
    return (
      kept.numbers.length === numbers.length && kept.numbers.every((one, index) => one === numbers[index])
    );
  }

  private skip(earlier: KeptState, requests: number, cycles: number, periods: number): void {
    if (periods <= 0) return;
    const { keyAllocator, probabilityValueProduct } = this.machine;
    const skipped = requests * periods;
    repeat(
      this.responseCycles,
      probabilityValueProduct.responseCount + this.skippedRequests,
      requests,
      cycles,
      skipped,
    );
    repeat(
      this.presentedCycles,
      keyAllocator.presentedCount + this.skippedRequests,
      requests,
      cycles,
      skipped,
    );
    const period = addCounters(this.countersNow(), earlier.counters, -1);
    const none = addCounters(period, period, -1);
    this.skippedCounters = addCounters(this.skippedCounters ?? none, period, periods);
    this.skippedRequests += skipped;
    this.skippedCycles += cycles * periods;
    Object.assign(this.view, new RequestView(this.all, this.skippedRequests));
    keyAllocator.skip(this.presentedCycles.subarray(this.skippedRequests), this.skippedCycles);
    probabilityValueProduct.skip(this.responseCycles.subarray(this.skippedRequests), this.skippedCycles);
    this.kept = [];
  }
}

/** Fills `count` places from `from` on, each with what stands a period before it, `cycles` later. */
function repeat(target: Int32Array, from: number, period: number, cycles: number, count: number): void {
  for (let index = from; index < from + count; index++) target[index] = target[index - period]! + cycles;
}
