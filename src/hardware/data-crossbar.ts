import { parseWith } from "../base/schema.ts";
import {
  type CrossbarInput,
  type CrossbarParameters,
  crossbarCauses,
  crossbarParametersSchema,
} from "./crossbar.ts";
import { CrossbarPorts } from "./crossbar-ports.ts";
import { handshakeFault } from "./handshake.ts";
import { createCounters } from "./unit-counters.ts";

/**
 * From channels back to lanes: each lane takes at most one response a cycle, in the order of its requests; the responses
 * of a channel come in the order in which it took the requests. SpAtten Fig. 8, 5: "preserves the order".
 */
export class DataCrossbar {
  readonly parameters: CrossbarParameters;
  readonly counters = createCounters(["responses", "waits"] as const, crossbarCauses);
  /** FIFO of data at each lane; its target is the channel that the data came from. */
  readonly lanes: CrossbarPorts;
  /** For each lane a ring of the channels of its requests on their way, oldest first. */
  readonly #order: Int32Array;
  readonly #orderFirst: Int32Array;
  readonly #orderFill: Int32Array;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: CrossbarInput = {}) {
    this.parameters = parseWith(crossbarParametersSchema, parameters, { what: "data crossbar" });
    const { laneCount, laneFifoDepth, laneOrderDepth } = this.parameters;
    this.lanes = new CrossbarPorts(laneCount, laneFifoDepth);
    this.#order = new Int32Array(laneCount * laneOrderDepth);
    this.#orderFirst = new Int32Array(laneCount);
    this.#orderFill = new Int32Array(laneCount);
  }

  /** A lane's request was taken by a channel: the lane expects a response from there after those before. */
  expect(lane: number, channel: number): void {
    const { laneOrderDepth } = this.parameters;
    const fill = this.#orderFill[lane]!;
    if (fill === laneOrderDepth) throw handshakeFault(`lane ${lane} has too many requests on their way`);
    this.#order[lane * laneOrderDepth + ((this.#orderFirst[lane]! + fill) % laneOrderDepth)] = channel;
    this.#orderFill[lane] = fill + 1;
  }

  /**
   * One cycle's arbitration; once a cycle, before or after the lanes' pops. `headLane` gives the lane of a channel's oldest
   * response, or -1; `take` is called for each response that a lane takes and returns its tag.
   */
  arbitrate(headLane: (channel: number) => number, take: (channel: number, lane: number) => number): void {
    const { channelCount } = this.parameters;
    const { lanes, counters } = this;
    let waitingCount = 0;
    let movedCount = 0;
    // A lane's order names one channel and its FIFO takes one push, so there is nothing to choose between.
    for (let channel = 0; channel < channelCount; channel++) {
      const lane = headLane(channel);
      if (lane < 0) continue;
      waitingCount++;
      if (!this.#isNext(lane, channel) || !lanes.canPush(lane)) continue;
      lanes.push(lane, channel, take(channel, lane));
      movedCount++;
      this.#orderFirst[lane] = (this.#orderFirst[lane]! + 1) % this.parameters.laneOrderDepth;
      this.#orderFill[lane]!--;
    }
    counters.events.responses += movedCount;
    counters.events.waits += waitingCount - movedCount;
    if (movedCount > 0) counters.busyCycles++;
    else counters.stallCycles[waitingCount > 0 ? "blocked" : "empty"]++;
  }

  /** The clock edge. */
  endCycle(): void {
    this.lanes.endCycle();
  }

  #isNext(lane: number, channel: number): boolean {
    if (this.#orderFill[lane] === 0) return false;
    return this.#order[lane * this.parameters.laneOrderDepth + this.#orderFirst[lane]!] === channel;
  }
}
