import { finish, type Steps } from "../../base/checkpoint.ts";
import type { CompiledDevice } from "./compile-device.ts";
import { outstandingLimitOf } from "./event-channel.ts";
import { suitsReadController } from "./read-controller.ts";
import { ReadReplay } from "./read-replay.ts";
import type { ReplayOptions } from "./replay-options.ts";
import type { ReplayResult } from "./replay-result.ts";
import { ORIGIN_SHIFT_TICKS } from "./tick-times.ts";
import { TraceReplay } from "./trace-replay.ts";

/** Events between two rests, some milliseconds at most; a short loop is also compiled sooner than a long one. */
const STEP_EVENTS = 1 << 12;

/** Replays a whole trace in one go; see `TraceReplay` and `ReadReplay`. */
export function replayTrace(
  compiled: CompiledDevice,
  addresses: ArrayLike<number>,
  options: ReplayOptions = {},
): ReplayResult {
  return finish(replaySteps(compiled, addresses, options));
}

/** The same as a computation that can rest. */
export function* replaySteps(
  compiled: CompiledDevice,
  addresses: ArrayLike<number>,
  options: ReplayOptions = {},
): Steps<ReplayResult> {
  const replay = replayOf(compiled, addresses, options);
  while (!replay.advance(STEP_EVENTS))
    yield { stage: "replay", done: replay.acceptedCount, total: addresses.length };
  return replay.result();
}

function replayOf(
  compiled: CompiledDevice,
  addresses: ArrayLike<number>,
  options: ReplayOptions,
): TraceReplay | ReadReplay {
  const { isWrite, observer, countsLostCycles = false, originShiftTicks = ORIGIN_SHIFT_TICKS } = options;
  if (isWrite !== undefined || observer !== undefined || !suitsReadController(compiled))
    return new TraceReplay(compiled, addresses, options);
  const limit = outstandingLimitOf(options.outstandingLimit);
  return new ReadReplay(compiled, addresses, limit, originShiftTicks, countsLostCycles);
}
