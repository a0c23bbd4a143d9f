import type { Lanes } from "./lanes.ts";
import type { ReadChannel } from "./read-channel.ts";
import type { StateWriter } from "./state-writer.ts";

/** Reads that a channel accepted and did not yet answer: 16 under way, one waiting, one in the response register. */
const ORDER_MASK = 31;
/** Bits of a block number inside a channel: column 4, pseudo channel 1, bank group 2, bank 2, row 15. */
const LOCAL_BLOCK_MASK = (1 << 24) - 1;
const BLOCK_BITS = 5;

/**
 * A memory channel's side of the crossbar, hardware.md 4.3.8-9: the lowest lane first, kept until it is accepted; a
 * waiting register before the DRAM queue, a response register behind it.
 */
export class ChannelPort {
  /** Whether the response register is full. */
  hasResponse = false;
  private readonly index: number;
  private readonly lanes: Lanes;
  private readonly channel: ReadChannel;
  private readonly channelBits: number;
  /** Lane shown and not accepted, or -1. */
  private shownLane = -1;
  /** Block in the waiting register, or -1. */
  private waitingBlock = -1;
  /** Lanes in the order of acceptance, and running counts of them. */
  private readonly order = new Uint8Array(ORDER_MASK + 1);
  private accepted = 0;
  private answered = 0;
  /** Cycles in which a lane waited for the waiting register. */
  waitingCycles = 0;

  constructor(index: number, channelBits: number, lanes: Lanes, channel: ReadChannel) {
    this.index = index;
    this.channelBits = channelBits;
    this.lanes = lanes;
    this.channel = channel;
  }

  get acceptedReads(): number {
    return this.accepted;
  }

  /** The lane that the response in the register goes to: that of the oldest request, whatever read it was. */
  get oldestLane(): number {
    return this.order[this.answered & ORDER_MASK]!;
  }

  /** The lane took the response. */
  answer(): void {
    this.answered++;
    this.hasResponse = false;
  }

  /** Accept a request, DRAM push, pop, complete, choose; true if the response register became full. */
  step(): boolean {
    const channel = this.channel;
    const wants = this.lanes.wantMasks[this.index]!;
    if (wants !== 0) this.accept(wants);
    const block = this.waitingBlock;
    if (block >= 0 && channel.canPush()) {
      channel.push(((block >>> this.channelBits) & LOCAL_BLOCK_MASK) << BLOCK_BITS, 0);
      this.waitingBlock = -1;
    }
    const isPopped = !this.hasResponse && channel.pop() >= 0;
    if (isPopped) this.hasResponse = true;
    channel.tick();
    return isPopped;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    state.put(this.hasResponse, this.shownLane, this.accepted - this.answered);
    state.block(this.waitingBlock);
    for (let read = this.answered; read < this.accepted; read++) state.put(this.order[read & ORDER_MASK]!);
  }

  describe(): string {
    const waiting = this.waitingBlock >= 0 ? ", one waits" : "";
    const response = this.hasResponse ? ", a response is held" : "";
    return `${this.channel.outstandingCount} reads${waiting}${response}`;
  }

  private accept(wants: number): void {
    const lane = this.shownLane >= 0 ? this.shownLane : 31 - Math.clz32(wants & -wants);
    if (this.waitingBlock >= 0) {
      this.shownLane = lane;
      this.waitingCycles++;
      return;
    }
    this.shownLane = -1;
    this.waitingBlock = this.lanes.acceptAddress(lane, this.index);
    this.order[this.accepted++ & ORDER_MASK] = lane;
  }
}
