import type { BANK_WORDS_SHIFT, GROUP_WORD, RING_MASK, RING_WORD_SHIFT } from "./bank-timing.ts";
import type { ACTIVATE, PRECHARGE, READ } from "./commands.ts";
import {
  BANK_ACT_PRE,
  BANK_ACT_RD,
  BANK_PRE_ACT,
  BANK_RD_PRE,
  CHANNEL_ACT_ACT,
  CHANNEL_ACT_PRE,
  GROUP_ACT_ACT,
  GROUP_RD_RD,
  LANE_ACT_ACT,
  LANE_RD_RD,
} from "./delay-table.ts";
import type { EventController } from "./event-controller.ts";
import {
  ACCEPTED,
  type BANK_RECORD_SHIFT,
  type HEAD_AGE,
  type HIT_AGE,
  type MISS_AGE,
  type NONE,
  ROW,
} from "./request-queue.ts";
import type { NEVER } from "./tick-times.ts";

/**
 * `EventController.run` for ticks in which there are neither writes nor refreshes, as one loop over local variables:
 * three to four times as fast as its parts called one by one. Runs every tick up to `until` in which something happens;
 * with `stopsAtRoom` it ends after the tick in which the read queue lost an entry. Gives that tick, or `until`. Waits of
 * writes are left out: `BankTiming.catchUp` has them.
 */
export function runReads(state: EventController, until: number, stopsAtRoom: boolean): number {
  // Literals, whose types must be those of the constants: V8 folds them, and loads an imported constant at every use.
  const act: typeof ACTIVATE = 0;
  const pre: typeof PRECHARGE = 1;
  const rd: typeof READ = 2;
  const groupWord: typeof GROUP_WORD = 4;
  const groupActivate = groupWord + act;
  const groupRead = groupWord + rd;
  const ringMask: typeof RING_MASK = 127;
  const slotShift: typeof RING_WORD_SHIFT = 3;
  const none: typeof NONE = -1;
  const recordShift: typeof BANK_RECORD_SHIFT = 3;
  const headAge: typeof HEAD_AGE = 4;
  const hitAge: typeof HIT_AGE = 5;
  const missAge: typeof MISS_AGE = 6;
  const wordsShift: typeof BANK_WORDS_SHIFT = 5;
  const never: typeof NEVER = 2147483647;
  const { timing, reads, openRow, activeSlot, activeBanks, ledger, isShared, passesOver, observer } = state;
  const { pseudoChannelShift, nextRefreshTick } = state;
  const { ring, ok, laneReady, bankReady, groupReady, delay, groupMask, groupShift } = timing;
  const readToPrecharge = delay[BANK_RD_PRE]!;
  const groupReadToRead = delay[GROUP_RD_RD]!;
  const laneReadToRead = delay[LANE_RD_RD]!;
  const { data } = state.slots;
  const { banks } = reads;
  const lane0 = timing.laneMask[0]!;
  const lane1 = timing.laneMask[1]!;
  let okActivate = ok[act]!;
  let okPrecharge = ok[pre]!;
  let okRead = ok[rd]!;
  let okActivateGroup = ok[groupActivate]!;
  let okReadGroup = ok[groupRead]!;
  let activate0 = laneReady[act << 1]!;
  let activate1 = laneReady[(act << 1) + 1]!;
  let precharge0 = laneReady[pre << 1]!;
  let precharge1 = laneReady[(pre << 1) + 1]!;
  let read0 = laneReady[rd << 1]!;
  let read1 = laneReady[(rd << 1) + 1]!;
  let { closed, hit, miss, seenMisses, seenOldest, count } = reads;
  let { activeReads, nextTick, isWriteMode } = state;
  let { drainedTick } = timing;
  const last = until < nextRefreshTick ? until : nextRefreshTick - 1;
  let tick = until;
  let isEnd = false;
  while (nextTick <= last && !isEnd) {
    tick = nextTick;
    nextTick = tick + 1;
    // Waits that are over.
    for (let present = Math.max(drainedTick + 1, tick - ringMask); present <= tick; present++) {
      const slot = (present & ringMask) << slotShift;
      okActivate |= ring[slot + act]!;
      okPrecharge |= ring[slot + pre]!;
      okRead |= ring[slot + rd]!;
      okActivateGroup |= ring[slot + groupActivate]!;
      okReadGroup |= ring[slot + groupRead]!;
      ring[slot + act] = 0;
      ring[slot + pre] = 0;
      ring[slot + rd] = 0;
      ring[slot + groupActivate] = 0;
      ring[slot + groupRead] = 0;
    }
    drainedTick = tick;
    if (!isShared) isWriteMode = count === 0;

    // Column: an activated request, else a hit.
    const columnOk =
      okRead & okReadGroup & ((((read0 - tick - 1) >> 31) & lane0) | (((read1 - tick - 1) >> 31) & lane1));
    let columnBank: number = none;
    let best: number = never;
    let rest = activeReads & columnOk;
    const isActive = rest !== 0;
    if (isActive) {
      for (; rest !== 0; rest &= rest - 1) {
        const bank = 31 - Math.clz32(rest & -rest);
        const age = activeBanks[(bank << recordShift) + headAge]!;
        if (age < best) {
          best = age;
          columnBank = bank;
        }
      }
      activeReads &= ~(1 << columnBank);
    } else {
      if (isShared) isWriteMode = count === 0;
      for (rest = hit & columnOk; rest !== 0; rest &= rest - 1) {
        const bank = 31 - Math.clz32(rest & -rest);
        const age = banks[(bank << recordShift) + hitAge]!;
        if (age < best) {
          best = age;
          columnBank = bank;
        }
      }
    }

    // Row: the oldest precharge or activate, on the state that the column command leaves.
    let rowBank: number = none;
    let isPrecharge = false;
    if (!isShared || !isActive) {
      let rowBest: number = isShared ? best : never;
      let closing =
        miss &
        okPrecharge &
        ((((precharge0 - tick - 1) >> 31) & lane0) | (((precharge1 - tick - 1) >> 31) & lane1));
      if (passesOver) closing &= ~activeReads;
      if (!isShared && columnBank !== none && readToPrecharge !== 0) closing &= ~(1 << columnBank);
      if (closing !== 0) {
        // Looks only at what was not there when it last looked; what it saw is forgotten when a bank gets another oldest miss.
        let oldest = seenOldest;
        rest = closing & ~seenMisses;
        if (oldest === none || ((closing >>> oldest) & 1) === 0) {
          oldest = none;
          rest = closing;
        }
        let age: number = oldest === none ? never : banks[(oldest << recordShift) + missAge]!;
        for (; rest !== 0; rest &= rest - 1) {
          const bank = 31 - Math.clz32(rest & -rest);
          const other = banks[(bank << recordShift) + missAge]!;
          if (other < age) {
            age = other;
            oldest = bank;
          }
        }
        seenMisses = closing;
        seenOldest = oldest;
        if (age < rowBest) {
          rowBest = age;
          rowBank = oldest;
          isPrecharge = true;
        }
      }
      rest =
        closed &
        okActivate &
        okActivateGroup &
        ((((activate0 - tick - 1) >> 31) & lane0) | (((activate1 - tick - 1) >> 31) & lane1));
      for (; rest !== 0; rest &= rest - 1) {
        const bank = 31 - Math.clz32(rest & -rest);
        const age = banks[(bank << recordShift) + headAge]!;
        if (age < rowBest) {
          rowBest = age;
          rowBank = bank;
          isPrecharge = false;
        }
      }
      // One command for all: the oldest goes.
      if (isShared && rowBank !== none) columnBank = none;
    }

    if (columnBank !== none) {
      const bit = 1 << columnBank;
      let slot: number;
      if (isActive) slot = activeSlot[columnBank]!;
      else {
        reads.hit = hit;
        slot = reads.removeHit(columnBank);
        hit = reads.hit;
        count = reads.count;
        isEnd = stopsAtRoom;
      }
      const until = tick + laneReadToRead;
      if (columnBank >> pseudoChannelShift === 0) {
        if (until > read0) read0 = until;
      } else if (until > read1) read1 = until;
      if (readToPrecharge !== 0) {
        const at = (pre << wordsShift) + columnBank;
        const earlier = bankReady[at]!;
        const later = tick + readToPrecharge;
        if (later > earlier) {
          ring[((earlier & ringMask) << slotShift) + pre]! &= ~bit;
          ring[((later & ringMask) << slotShift) + pre]! |= bit;
          bankReady[at] = later;
          okPrecharge &= ~bit;
        }
      }
      if (groupReadToRead !== 0) {
        const group = columnBank >> groupShift;
        const at = (rd << wordsShift) + group;
        const earlier = groupReady[at]!;
        const later = tick + groupReadToRead;
        if (later > earlier) {
          const mask = groupMask[group]!;
          const word = groupRead;
          ring[((earlier & ringMask) << slotShift) + word]! &= ~mask;
          ring[((later & ringMask) << slotShift) + word]! |= mask;
          groupReady[at] = later;
          okReadGroup &= ~mask;
        }
      }
      state.serveRead(columnBank, slot, tick);
    }

    if (rowBank === none) {
      if (columnBank === none || ((miss | closed | activeReads) === 0 && hit !== 0)) {
        // Nothing was ready, or nothing but hits is left: the next tick at which something can be.
        let next = nextRefreshTick;
        const columns = activeReads | hit;
        const columnsOk = okRead & okReadGroup;
        if ((columns & columnsOk & lane0) !== 0 && read0 < next) next = read0;
        if ((columns & columnsOk & lane1) !== 0 && read1 < next) next = read1;
        const misses = passesOver ? miss & ~activeReads : miss;
        if ((misses & okPrecharge & lane0) !== 0 && precharge0 < next) next = precharge0;
        if ((misses & okPrecharge & lane1) !== 0 && precharge1 < next) next = precharge1;
        const activatesOk = okActivate & okActivateGroup;
        if ((closed & activatesOk & lane0) !== 0 && activate0 < next) next = activate0;
        if ((closed & activatesOk & lane1) !== 0 && activate1 < next) next = activate1;
        if (((columns & ~columnsOk) | (misses & ~okPrecharge) | (closed & ~activatesOk)) !== 0) {
          let present = tick + 1;
          for (; present < next; present++) {
            const slot = (present & ringMask) << slotShift;
            const over =
              ((ring[slot + act]! | ring[slot + groupActivate]!) & closed) |
              (ring[slot + pre]! & misses) |
              ((ring[slot + rd]! | ring[slot + groupRead]!) & columns);
            if (over !== 0) break;
          }
          next = present;
        }
        if (next > tick) nextTick = next;
      }
      continue;
    }

    const bit = 1 << rowBank;
    const record = rowBank << recordShift;
    if (isPrecharge) {
      if ((activeReads & bit) !== 0) {
        state.deadTicks++;
        continue;
      }
      if (observer !== undefined) state.tell(pre, rowBank, reads.oldestMiss(rowBank), tick);
      const prechargeToActivate = delay[BANK_PRE_ACT]!;
      openRow[rowBank] = none;
      hit &= ~bit;
      miss &= ~bit;
      closed |= bit;
      if (prechargeToActivate !== 0) {
        const at = (act << wordsShift) + rowBank;
        const earlier = bankReady[at]!;
        const later = tick + prechargeToActivate;
        if (later > earlier) {
          ring[((earlier & ringMask) << slotShift) + act]! &= ~bit;
          ring[((later & ringMask) << slotShift) + act]! |= bit;
          bankReady[at] = later;
          okActivate &= ~bit;
        }
      }
      state.issued[pre]!++;
      timing.lastTick[(pre << 1) + (rowBank >> pseudoChannelShift)] = tick;
      ledger.precharge(rowBank, tick);
      continue;
    }

    const activateToRead = delay[BANK_ACT_RD]!;
    const activateToPrecharge = delay[BANK_ACT_PRE]!;
    const groupActivateToActivate = delay[GROUP_ACT_ACT]!;
    const laneActivateToActivate = delay[LANE_ACT_ACT]!;
    const busActivateToActivate = delay[CHANNEL_ACT_ACT]!;
    const busActivateToPrecharge = delay[CHANNEL_ACT_PRE]!;
    const slot = reads.removeHead(rowBank);
    count = reads.count;
    isEnd = stopsAtRoom;
    const row = data[slot + ROW]!;
    openRow[rowBank] = row;
    activeSlot[rowBank] = slot;
    activeBanks[record + headAge] = data[slot + ACCEPTED]!;
    activeReads |= bit;
    reads.closed = closed;
    reads.hit = hit;
    reads.miss = miss;
    reads.seenMisses = seenMisses;
    reads.seenOldest = seenOldest;
    reads.opened(rowBank, row);
    closed = reads.closed;
    hit = reads.hit;
    miss = reads.miss;
    seenMisses = reads.seenMisses;
    seenOldest = reads.seenOldest;
    if (activateToRead !== 0) {
      const at = (rd << wordsShift) + rowBank;
      const earlier = bankReady[at]!;
      const later = tick + activateToRead;
      if (later > earlier) {
        ring[((earlier & ringMask) << slotShift) + rd]! &= ~bit;
        ring[((later & ringMask) << slotShift) + rd]! |= bit;
        bankReady[at] = later;
        okRead &= ~bit;
      }
    }
    if (activateToPrecharge !== 0) {
      const at = (pre << wordsShift) + rowBank;
      const earlier = bankReady[at]!;
      const later = tick + activateToPrecharge;
      if (later > earlier) {
        ring[((earlier & ringMask) << slotShift) + pre]! &= ~bit;
        ring[((later & ringMask) << slotShift) + pre]! |= bit;
        bankReady[at] = later;
        okPrecharge &= ~bit;
      }
    }
    if (groupActivateToActivate !== 0) {
      const group = rowBank >> groupShift;
      const at = (act << wordsShift) + group;
      const earlier = groupReady[at]!;
      const later = tick + groupActivateToActivate;
      if (later > earlier) {
        const mask = groupMask[group]!;
        const word = groupActivate;
        ring[((earlier & ringMask) << slotShift) + word]! &= ~mask;
        ring[((later & ringMask) << slotShift) + word]! |= mask;
        groupReady[at] = later;
        okActivateGroup &= ~mask;
      }
    }
    const lane = rowBank >> pseudoChannelShift;
    const busActivate = tick + busActivateToActivate;
    const busPrecharge = tick + busActivateToPrecharge;
    const own = Math.max(tick + laneActivateToActivate, timing.enterWindow(lane, tick));
    activate0 = Math.max(activate0, busActivate);
    activate1 = Math.max(activate1, busActivate);
    if (lane === 0) activate0 = Math.max(activate0, own);
    else activate1 = Math.max(activate1, own);
    precharge0 = Math.max(precharge0, busPrecharge);
    precharge1 = Math.max(precharge1, busPrecharge);
    timing.lastActivate[rowBank] = tick;
    timing.lastTick[(act << 1) + lane] = tick;
    state.issued[act]!++;
    ledger.activate(rowBank, lane, tick);
    if (observer !== undefined) state.tell(act, rowBank, slot, tick);
  }
  ok[act] = okActivate;
  ok[pre] = okPrecharge;
  ok[rd] = okRead;
  ok[groupActivate] = okActivateGroup;
  ok[groupRead] = okReadGroup;
  laneReady[act << 1] = activate0;
  laneReady[(act << 1) + 1] = activate1;
  laneReady[pre << 1] = precharge0;
  laneReady[(pre << 1) + 1] = precharge1;
  laneReady[rd << 1] = read0;
  laneReady[(rd << 1) + 1] = read1;
  timing.drainedTick = drainedTick;
  timing.isBehind = true;
  reads.closed = closed;
  reads.hit = hit;
  reads.miss = miss;
  reads.seenMisses = seenMisses;
  reads.seenOldest = seenOldest;
  state.activeReads = activeReads;
  state.nextTick = nextTick;
  state.isWriteMode = isWriteMode;
  return isEnd ? tick : until;
}
