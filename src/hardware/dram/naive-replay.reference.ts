import type { DramChannel } from "./dram-channel.ts";
import type { ReplayResult } from "./replay-result.ts";

const LONGEST_RUN_CYCLES = 1e7;

/**
 * Replays a trace on any channel, one cycle at a time: push, pop, tick; a request is offered in every cycle. Ends with the
 * cycle in which the last read is popped, or by which the last write was issued.
 */
export function replayByCycles(
  channel: DramChannel,
  addresses: ArrayLike<number>,
  isWrite?: ArrayLike<number>,
  accepted?: Float64Array,
): ReplayResult {
  const count = addresses.length;
  const poppedCycle = new Float64Array(count).fill(-1);
  const popOrder: number[] = [];
  let reads = 0;
  for (let index = 0; index < count; index++) if (isWrite?.[index] !== 1) reads++;
  let next = 0;
  for (;;) {
    if (next < count) {
      const address = addresses[next]!;
      if (isWrite?.[next] === 1) {
        if (channel.canPushWrite()) {
          channel.pushWrite(address);
          next++;
        }
      } else if (channel.canPush()) {
        channel.push(address, next);
        next++;
      }
    }
    const tag = channel.pop();
    if (tag >= 0) {
      poppedCycle[tag] = channel.cycle;
      popOrder.push(tag);
    }
    if (popOrder.length === reads && next === count && channel.counters().writes === count - reads) break;
    channel.tick();
    if (channel.cycle > LONGEST_RUN_CYCLES) throw new Error(`no end after ${channel.cycle} cycles`);
  }
  const cycles = channel.cycle + 1;
  return {
    cycles,
    acceptedCycle: accepted ?? new Float64Array(count),
    poppedCycle,
    popOrder: Int32Array.from(popOrder),
    counters: channel.counters(cycles),
  };
}
