import { ChannelPort } from "./channel-port.ts";
import type { Lanes } from "./lanes.ts";
import type { ReadChannel } from "./read-channel.ts";
import type { StateWriter } from "./state-writer.ts";

/**
 * Crossbar between lanes and memory channels, hardware.md 4.3.8-9. For responses, each lane is shown the lowest channel
 * that has one for it, kept until the lane takes it.
 */
export class Crossbar {
  private readonly lanes: Lanes;
  private readonly ports: readonly ChannelPort[];
  /** Channel shown to a lane and not taken, or -1. */
  private readonly shownChannels: Int32Array;
  private readonly lastShownCycles: Int32Array;
  private responseCount = 0;
  private heldResponseCycles = 0;

  constructor(lanes: Lanes, channels: readonly ReadChannel[]) {
    const channelBits = Math.log2(channels.length);
    this.lanes = lanes;
    this.ports = channels.map((channel, index) => new ChannelPort(index, channelBits, lanes, channel));
    this.shownChannels = new Int32Array(lanes.laneCount).fill(-1);
    this.lastShownCycles = new Int32Array(lanes.laneCount).fill(-1);
  }

  /** Channel-cycles in which a lane waited for the waiting register, or a response for its lane. */
  get counters() {
    let acceptedReads = 0;
    let waitingChannelCycles = 0;
    for (const port of this.ports) {
      acceptedReads += port.acceptedReads;
      waitingChannelCycles += port.waitingCycles;
    }
    return { acceptedReads, waitingChannelCycles, heldResponseChannelCycles: this.heldResponseCycles };
  }

  /** Lanes take responses and padding. */
  stepResponses(cycle: number): void {
    if (this.lanes.hasPadding) this.lanes.answerPadding(cycle);
    if (this.responseCount > 0) this.offerResponses(cycle);
  }

  private offerResponses(cycle: number): void {
    const ports = this.ports;
    for (let channel = 0; channel < ports.length; channel++) {
      if (ports[channel]!.hasResponse) this.offerResponse(channel, ports[channel]!, cycle);
    }
  }

  /** The channels' side, one after the other. */
  stepChannels(): void {
    const ports = this.ports;
    for (let channel = 0; channel < ports.length; channel++) {
      if (ports[channel]!.step()) this.responseCount++;
    }
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.responseCount, ...this.shownChannels);
    for (const port of this.ports) port.writeState(state);
  }

  describe(): string {
    return this.ports.map((port) => port.describe()).join("; ");
  }

  private offerResponse(channel: number, port: ChannelPort, cycle: number): void {
    const lane = port.oldestLane;
    const kept = this.shownChannels[lane]!;
    if ((kept >= 0 && kept !== channel) || this.lastShownCycles[lane] === cycle) {
      this.heldResponseCycles++;
      return;
    }
    this.lastShownCycles[lane] = cycle;
    if (!this.lanes.answerRead(lane, cycle)) {
      this.shownChannels[lane] = channel;
      this.heldResponseCycles++;
      return;
    }
    this.shownChannels[lane] = -1;
    port.answer();
    this.responseCount--;
  }
}
