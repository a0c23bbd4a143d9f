import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { arbitrationSchema, preferenceOf } from "./arbiter.ts";
import { CrossbarPorts } from "./crossbar-ports.ts";
import { countUpTo } from "./parameter-ranges.ts";
import { createCounters } from "./unit-counters.ts";

/**
 * The fetcher's crossbars: 32 lanes to 16 channels for addresses, back for data, a FIFO of 64 at each lane (SpAtten
 * section IV-C, Table I). The paper does not say who wins a channel; the official RTL takes the lowest lane.
 */
export const crossbarParametersSchema = z.strictObject({
  laneCount: z._default(countUpTo(4096), 32),
  channelCount: z._default(countUpTo(1024), 16),
  laneFifoDepth: z._default(countUpTo(1 << 16), 64),
  /** Requests that a lane may have on their way, whose order it remembers. */
  laneOrderDepth: z._default(countUpTo(1 << 16), 64),
  arbitration: z._default(arbitrationSchema, "lowest-index"),
});

export type CrossbarParameters = z.infer<typeof crossbarParametersSchema>;
export type CrossbarInput = z.input<typeof crossbarParametersSchema>;

/** `blocked`: something waits and nothing moves; `empty`: nothing waits. */
export const crossbarCauses = ["blocked", "empty"] as const;

/** From lanes to channels: each channel takes at most one request a cycle, the oldest of a lane. SpAtten Fig. 8, 4. */
export class AddressCrossbar {
  readonly parameters: CrossbarParameters;
  readonly counters = createCounters(["requests", "conflicts"] as const, crossbarCauses);
  readonly lanes: CrossbarPorts;
  readonly #winner: Int32Array;
  readonly #next: Int32Array;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: CrossbarInput = {}) {
    this.parameters = parseWith(crossbarParametersSchema, parameters, { what: "address crossbar" });
    this.lanes = new CrossbarPorts(this.parameters.laneCount, this.parameters.laneFifoDepth);
    this.#winner = new Int32Array(this.parameters.channelCount);
    this.#next = new Int32Array(this.parameters.channelCount);
  }

  /**
   * One cycle's arbitration, on what the lanes held at its start; once a cycle, before or after the lanes' pushes.
   * `isReady` says whether a channel takes a request in this cycle; `accept` is called for each that it takes.
   */
  arbitrate(
    isReady: (channel: number) => boolean,
    accept: (channel: number, lane: number, tag: number) => void,
  ): void {
    const { laneCount, channelCount, arbitration } = this.parameters;
    const { lanes, counters } = this;
    if (lanes.totalFill === 0) {
      counters.stallCycles.empty++;
      return;
    }
    const winner = this.#winner.fill(-1);
    const next = this.#next;
    let conflictCount = 0;
    for (let lane = 0; lane < laneCount; lane++) {
      const channel = lanes.headTarget(lane);
      if (channel < 0) continue;
      const rival = winner[channel]!;
      if (rival < 0) winner[channel] = lane;
      else {
        conflictCount++;
        const isPreferred =
          preferenceOf(arbitration, lane, next[channel]!, laneCount) <
          preferenceOf(arbitration, rival, next[channel]!, laneCount);
        if (isPreferred) winner[channel] = lane;
      }
    }
    let movedCount = 0;
    for (let channel = 0; channel < channelCount; channel++) {
      const lane = winner[channel]!;
      if (lane < 0 || !isReady(channel)) continue;
      accept(channel, lane, lanes.headTag(lane));
      lanes.pop(lane);
      next[channel] = (lane + 1) % laneCount;
      movedCount++;
    }
    counters.events.requests += movedCount;
    counters.events.conflicts += conflictCount;
    if (movedCount > 0) counters.busyCycles++;
    else counters.stallCycles.blocked++;
  }

  /** The clock edge. */
  endCycle(): void {
    this.lanes.endCycle();
  }
}
