import { DelayedFifo } from "./delayed-fifo.ts";
import { FRAGMENT_MASK, type FragmentRing } from "./fragments.ts";
import type { ReleaseGeometry } from "./parameters.ts";
import type { StateWriter } from "./state-writer.ts";

const ADDRESS_FIFO_DEPTH = 16;
const CONTEXT_FIFO_DEPTH = 16;
const ORDER_FIFO_DEPTH = 64;
const RESPONSE_FIFO_DEPTH = 64;

/**
 * Of a lane eight numbers: fragments whose entry moved from the order FIFO to the response FIFO, to the order FIFO, from
 * the address FIFO, each with the cycle of the last; and the block in the address register.
 */
const RECORD_SHIFT = 3;
const ANSWERED = 0;
const ANSWERED_CYCLE = 1;
const MOVED = 2;
const MOVED_CYCLE = 3;
const TAKEN = 4;
const TAKEN_CYCLE = 5;
const BLOCK = 6;

/**
 * The fetcher's lanes, hardware.md 4.3.6-7 and 10. All lanes see the same fragments in the same order, so each FIFO of a
 * lane is a difference of two running counts of fragments, and what an entry is stands in the ring of fragments.
 */
export class Lanes {
  readonly laneCount: number;
  private readonly fragments: FragmentRing;
  readonly contexts = new DelayedFifo(CONTEXT_FIFO_DEPTH);
  /** Lanes whose address register wants a channel, a mask for each channel. */
  readonly wantMasks: Int32Array;
  private readonly records: Int32Array;
  /** Lanes with a full address register. */
  private addressMask = 0;
  private readonly channelMask: number;
  private orderMask = 0;
  private entered = 0;
  private lastEnteredCycle = -2;
  private readonly allLanes: number;
  /** Lanes with an entry in the address FIFO or the order register. */
  private pendingMask = 0;
  /** Lanes whose next entry only waits for the address register. */
  private stuckMask = 0;
  /** Lane whose address FIFO was full last time. */
  private fullLane = 0;
  private collected = 0;
  private lastCollectedCycle = -2;
  private blockingLane = 0;
  /** Entries of padding that are not yet answered; while there are none nobody looks for them. */
  private paddingCount = 0;

  constructor(geometry: ReleaseGeometry, fragments: FragmentRing) {
    const { fetcherLaneCount, dramChannelCount } = geometry;
    this.laneCount = fetcherLaneCount;
    this.fragments = fragments;
    this.records = new Int32Array(fetcherLaneCount << RECORD_SHIFT);
    for (let record = 0; record < this.records.length; record += 1 << RECORD_SHIFT)
      for (const at of [ANSWERED_CYCLE, MOVED_CYCLE, TAKEN_CYCLE]) this.records[record + at] = -2;
    this.wantMasks = new Int32Array(dramChannelCount);
    this.channelMask = dramChannelCount - 1;
    this.allLanes = fetcherLaneCount === 32 ? -1 : (1 << fetcherLaneCount) - 1;
  }

  /** Fragments that entered and left so far. */
  get enteredCount(): number {
    return this.entered;
  }

  get collectedCount(): number {
    return this.collected;
  }

  /** A fragment enters all address FIFOs in one cycle, or none; at a matrix's first also the context FIFO. */
  takeFragment(cycle: number): boolean {
    // The lane whose FIFO was full last time is likely to be full still.
    return !this.isAddressFull(this.fullLane, cycle) && this.takeWhole(cycle);
  }

  private takeWhole(cycle: number): boolean {
    const slot = this.entered & FRAGMENT_MASK;
    const context = this.fragments.contexts[slot]!;
    if ((context >= 0 && !this.contexts.hasRoom(cycle)) || !this.haveAddressRoom(cycle)) {
      return false;
    }
    if (context >= 0) this.contexts.push(context, cycle);
    this.paddingCount += this.laneCount - countBits(this.fragments.readMasks[slot]!);
    this.entered++;
    this.lastEnteredCycle = cycle;
    this.pendingMask = this.allLanes;
    return true;
  }

  /** Address FIFO → synchronous fork to the order register → order FIFO, and for a read the address register. */
  stepAddresses(cycle: number): void {
    const work = this.pendingMask & ~(this.stuckMask & this.addressMask);
    if (work !== 0) this.moveAddresses(work, cycle);
  }

  private moveAddresses(lanes: number, cycle: number): void {
    const { records, entered } = this;
    const visible = this.lastEnteredCycle === cycle - 1 ? entered - 1 : entered;
    for (let work = lanes; work !== 0; work &= work - 1) {
      const lane = 31 - Math.clz32(work & -work);
      const bit = 1 << lane;
      const record = lane << RECORD_SHIFT;
      if ((this.orderMask & bit) !== 0) {
        if (!this.hasOrderRoom(record, cycle)) continue;
        this.orderMask &= ~bit;
        records[record + MOVED]!++;
        records[record + MOVED_CYCLE] = cycle;
      }
      const taken = records[record + TAKEN]!;
      if (taken < visible) this.takeAddress(lane, bit, taken, cycle);
      else if (taken === entered) this.pendingMask &= ~bit;
    }
  }

  /** A channel accepts the address of a lane: its block. */
  acceptAddress(lane: number, channel: number): number {
    this.wantMasks[channel]! &= ~(1 << lane);
    this.addressMask &= ~(1 << lane);
    return this.records[(lane << RECORD_SHIFT) + BLOCK]!;
  }

  /** Whether the oldest entry of a lane's order FIFO can be answered: 1 a read, 0 padding, -1 nothing or no room. */
  private oldestOrder(record: number, lane: number, cycle: number): number {
    const { records } = this;
    const answered = records[record + ANSWERED]!;
    if (records[record + ANSWERED_CYCLE] === cycle) return -1;
    const moved = records[record + MOVED]!;
    const visible = records[record + MOVED_CYCLE] === cycle - 1 ? moved - 1 : moved;
    if (answered >= visible) return -1;
    const collectedAtStart = this.lastCollectedCycle === cycle ? this.collected - 1 : this.collected;
    if (answered - collectedAtStart >= RESPONSE_FIFO_DEPTH) return -1;
    return (this.fragments.readMasks[answered & FRAGMENT_MASK]! >>> lane) & 1;
  }

  /** A response for a lane goes to its response FIFO; false while its oldest entry is no read, or has no room there. */
  answerRead(lane: number, cycle: number): boolean {
    const record = lane << RECORD_SHIFT;
    if (this.oldestOrder(record, lane, cycle) !== 1) return false;
    this.answer(record, cycle);
    return true;
  }

  private answer(record: number, cycle: number): void {
    this.records[record + ANSWERED]!++;
    this.records[record + ANSWERED_CYCLE] = cycle;
  }

  get hasPadding(): boolean {
    return this.paddingCount > 0;
  }

  /** Padding at the head of an order FIFO goes to the response FIFO by itself. */
  answerPadding(cycle: number): void {
    for (let lane = 0; lane < this.laneCount; lane++) {
      const record = lane << RECORD_SHIFT;
      if (this.oldestOrder(record, lane, cycle) !== 0) continue;
      this.answer(record, cycle);
      this.paddingCount--;
    }
  }

  /** The elements of the next fragment, taken from all response FIFOs, or -1 when one of them shows nothing. */
  collect(cycle: number): number {
    if (this.entered === this.collected) return -1;
    // The lane that was late last time is likely to be late again.
    return this.isLate(this.blockingLane, cycle) ? -1 : this.collectAll(cycle);
  }

  private collectAll(cycle: number): number {
    for (let lane = 0; lane < this.laneCount; lane++) {
      if (!this.isLate(lane, cycle)) continue;
      this.blockingLane = lane;
      return -1;
    }
    this.lastCollectedCycle = cycle;
    return this.fragments.elements[this.collected++ & FRAGMENT_MASK]!;
  }

  /** What the next cycles depend on. */
  writeState(state: StateWriter): void {
    const collected = this.collected;
    state.put(this.entered - collected, this.addressMask, this.orderMask, this.paddingCount);
    state.put(this.pendingMask, this.stuckMask, ...this.wantMasks);
    state.cycles(this.lastEnteredCycle, this.lastCollectedCycle);
    for (let lane = 0; lane < this.laneCount; lane++) {
      const of = (field: number): number => this.records[(lane << RECORD_SHIFT) + field]!;
      state.put(of(ANSWERED) - collected, of(MOVED) - collected, of(TAKEN) - collected);
      state.cycles(of(ANSWERED_CYCLE), of(MOVED_CYCLE), of(TAKEN_CYCLE));
      if (((this.addressMask >>> lane) & 1) === 1) state.block(of(BLOCK));
    }
    this.contexts.writeState(state, "put");
    this.fragments.writeState(state, collected);
  }

  describe(): string {
    return `${this.entered - this.collected} fragments between the address FIFOs and collect; ${this.contexts.fill} contexts`;
  }

  private isLate(lane: number, cycle: number): boolean {
    const { records } = this;
    const record = lane << RECORD_SHIFT;
    const answered = records[record + ANSWERED]!;
    return (records[record + ANSWERED_CYCLE] === cycle - 1 ? answered - 1 : answered) <= this.collected;
  }

  private haveAddressRoom(cycle: number): boolean {
    for (let lane = 0; lane < this.laneCount; lane++) {
      if (!this.isAddressFull(lane, cycle)) continue;
      this.fullLane = lane;
      return false;
    }
    return true;
  }

  private isAddressFull(lane: number, cycle: number): boolean {
    const { records } = this;
    const record = lane << RECORD_SHIFT;
    const held = this.entered - records[record + TAKEN]!;
    return (records[record + TAKEN_CYCLE] === cycle ? held + 1 : held) >= ADDRESS_FIFO_DEPTH;
  }

  private hasOrderRoom(record: number, cycle: number): boolean {
    const { records } = this;
    const held = records[record + MOVED]! - records[record + ANSWERED]!;
    return (records[record + ANSWERED_CYCLE] === cycle ? held + 1 : held) < ORDER_FIFO_DEPTH;
  }

  private takeAddress(lane: number, bit: number, taken: number, cycle: number): void {
    const { records, fragments } = this;
    const record = lane << RECORD_SHIFT;
    const slot = taken & FRAGMENT_MASK;
    if ((fragments.readMasks[slot]! & bit) !== 0) {
      if ((this.addressMask & bit) !== 0) {
        this.stuckMask |= bit;
        return;
      }
      this.stuckMask &= ~bit;
      const block = fragments.blocks[slot * this.laneCount + lane]!;
      records[record + BLOCK] = block;
      this.addressMask |= bit;
      this.wantMasks[block & this.channelMask]! |= bit;
    }
    this.orderMask |= bit;
    records[record + TAKEN] = taken + 1;
    records[record + TAKEN_CYCLE] = cycle;
  }
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
