import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { countersOf, type ReleaseCounters } from "./counters.ts";
import { releaseChannels } from "./dram.ts";
import { RESET_CYCLES } from "./key-allocator.ts";
import { ReleaseMachine } from "./machine.ts";
import { type ReleaseConfiguration, type ReleaseGeometry, releaseGeometry } from "./parameters.ts";
import type { ReadChannel } from "./read-channel.ts";
import { Repetition } from "./repetition.ts";
import { createRequests, type ReleaseRows, RequestView } from "./requests.ts";

/** Cycles are kept as whole numbers of 32 bits. */
const LONGEST_RUN_CYCLES = 2 ** 31 - 1 - RESET_CYCLES;
/** Cycles from one rest to the next. */
const REST_CYCLES = 20_000;

export interface SimulateReleaseOptions {
  /** Only the rows of that generated token. */
  readonly iteration?: number;
  /** Gives up with an error after so many cycles, at most 2^31. */
  readonly maximumCycles?: number;
  /** For tests: clocks every unit in every cycle, also those that only wait. */
  readonly isClockedThroughout?: boolean;
  /** The memory channels, each with at most 16 reads under way; default: the release's. */
  readonly createChannels?: (count: number) => readonly ReadChannel[];
}

/** What the official simulation prints for a workload, and what it does not. */
export interface ReleaseResult {
  /** As in its `summary.txt`: 16 cycles of reset, and the cycle of the last response. */
  readonly cycles: number;
  /** Per request, in printed time. */
  readonly responseCycles: Int32Array;
  readonly presentedCycles: Int32Array;
  readonly topKLatencyCycles: Int32Array;
  readonly counters: ReleaseCounters;
}

/**
 * Runs a workload of the official release on its RTL, cycle by cycle (hardware.md 1-4). Queries are zero, so every head
 * with if_requant is redone.
 * @throws SpattenError `config`, or `workload` for what that machine cannot run, or on which the RTL hangs or asserts.
 */
export function* simulateRelease(
  rows: ReleaseRows,
  configuration: ReleaseConfiguration,
  options: SimulateReleaseOptions = {},
): Steps<ReleaseResult> {
  const geometry = releaseGeometry(configuration);
  const requests = yield* createRequests(rows, geometry, options.iteration);
  const { createChannels = releaseChannels, isClockedThroughout = false } = options;
  const maximumCycles = Math.min(options.maximumCycles ?? Infinity, LONGEST_RUN_CYCLES);
  const channels = createChannels(geometry.dramChannelCount);
  const view = new RequestView(requests, 0);
  const machine = new ReleaseMachine(geometry, view, channels, !isClockedThroughout);
  const { probabilityValueProduct: sink } = machine;
  let cycle = 0;
  const counters = () => countersOf(machine, channels, cycle);
  const repetition = new Repetition(machine, channels, geometry, requests, view, counters);
  const maySkip = !isClockedThroughout && channels.every((channel) => channel.relativeState !== undefined);
  // Beside a top-k, whose latency is known, nothing waits as long as one rest to the next.
  const patienceCycles =
    REST_CYCLES + requests.topKLatencyCycles.reduce((most, one) => Math.max(most, one), 0);
  let progress = -1;
  let progressCycle = 0;
  for (;;) {
    const end = Math.min(cycle + REST_CYCLES, maximumCycles - repetition.skippedCycles);
    while (cycle < end && sink.responseCount < view.count) {
      cycle = machine.run(cycle, end, view.count);
      if (maySkip) repetition.visit(cycle - 1, maximumCycles - repetition.skippedCycles - (cycle - 1));
    }
    if (sink.responseCount === view.count) break;
    if (machine.progress !== progress) {
      progress = machine.progress;
      progressCycle = cycle;
    } else if (cycle - progressCycle >= patienceCycles) {
      throw stuckError(machine, geometry, cycle + repetition.skippedCycles);
    }
    const done = sink.responseCount + repetition.skippedRequests;
    if (cycle + repetition.skippedCycles >= maximumCycles) {
      throw new SpattenError("workload", "the simulation was given up", {
        got: `${done} of ${requests.count} heads answered`,
        expected: `all of them within ${maximumCycles} cycles`,
      });
    }
    yield { stage: "simulate", done, total: requests.count };
  }
  // The rest of the last response's way, so that all counters add up to its cycle.
  while (cycle < sink.lastCycle) machine.step(cycle++);
  return {
    cycles: RESET_CYCLES + sink.lastCycle + repetition.skippedCycles,
    ...repetition.cycles,
    topKLatencyCycles: requests.topKLatencyCycles,
    counters: repetition.withSkipped(counters()),
  };
}

function stuckError(machine: ReleaseMachine, geometry: ReleaseGeometry, cycle: number): SpattenError {
  const isRisky = geometry.rowRoundingCount % geometry.fetcherLaneCount !== 0;
  return new SpattenError("workload", "the machine is stuck: nothing moves any more", {
    where: `cycle ${cycle}`,
    got: machine.describe().join(" | "),
    ...(isRisky
      ? {
          hint: `the official RTL hangs on many row counts that are not multiples of its lanes; set rowRoundingCount to ${geometry.fetcherLaneCount}`,
        }
      : {}),
  });
}
