import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { OfficialCsv } from "../../workload/official-csv.ts";
import { countersOf, type ReleaseCounters } from "./counters.ts";
import { releaseChannels } from "./dram.ts";
import { RESET_CYCLES } from "./key-allocator.ts";
import { ReleaseMachine } from "./machine.ts";
import { type ReleaseConfiguration, type ReleaseGeometry, releaseGeometry } from "./parameters.ts";
import type { ReadChannel } from "./read-channel.ts";
import { createRequests } from "./requests.ts";

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
  csv: OfficialCsv,
  configuration: ReleaseConfiguration,
  options: SimulateReleaseOptions = {},
): Steps<ReleaseResult> {
  const geometry = releaseGeometry(configuration);
  const requests = yield* createRequests(csv, geometry, options.iteration);
  const { createChannels = releaseChannels } = options;
  const maximumCycles = Math.min(options.maximumCycles ?? Infinity, LONGEST_RUN_CYCLES);
  const channels = createChannels(geometry.dramChannelCount);
  const machine = new ReleaseMachine(geometry, requests, channels, options.isClockedThroughout !== true);
  const { probabilityValueProduct: sink } = machine;
  // Beside a top-k, whose latency is known, nothing waits as long as one rest to the next.
  const patienceCycles =
    REST_CYCLES + requests.topKLatencyCycles.reduce((most, one) => Math.max(most, one), 0);
  let cycle = 0;
  let progress = -1;
  let progressCycle = 0;
  for (;;) {
    const end = Math.min(cycle + REST_CYCLES, maximumCycles);
    while (cycle < end && sink.responseCount < requests.count) machine.step(cycle++);
    if (sink.responseCount === requests.count) break;
    if (machine.progress !== progress) {
      progress = machine.progress;
      progressCycle = cycle;
    } else if (cycle - progressCycle >= patienceCycles) {
      throw stuckError(machine, geometry, cycle);
    }
    if (cycle >= maximumCycles) {
      throw new SpattenError("workload", "the simulation was given up", {
        got: `${sink.responseCount} of ${requests.count} heads answered`,
        expected: `all of them within ${maximumCycles} cycles`,
      });
    }
    yield { stage: "simulate", done: sink.responseCount, total: requests.count };
  }
  // The rest of the last response's way, so that all counters add up to its cycle.
  while (cycle < sink.lastCycle) machine.step(cycle++);
  return {
    cycles: RESET_CYCLES + sink.lastCycle,
    responseCycles: sink.responseCycles,
    presentedCycles: machine.keyAllocator.presentedCycles,
    topKLatencyCycles: requests.topKLatencyCycles,
    counters: countersOf(machine, channels, cycle),
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
