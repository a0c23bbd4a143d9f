import { finish, type Steps } from "../../base/checkpoint.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import { analyticalAssumptions } from "./assumptions.ts";
import type { MachineCounters } from "./counters.ts";
import type { CycleOptions } from "./cycle/options.ts";
import { countEvents, expectedTopKItems, noEvents } from "./events.ts";
import { addFullyConnected } from "./fully-connected/analytical.ts";
import { fullyConnectedAssumptions } from "./fully-connected/assumptions.ts";
import { machineRuns } from "./jobs.ts";
import { spendLayer } from "./layer-time.ts";
import type { SpattenParameters } from "./parameters.ts";
import { createReportParts } from "./report-parts.ts";
import { surveySteps } from "./survey.ts";
import { tallyHead } from "./tally.ts";
import { addTimeline, boundOf, createTimeline, unitTimes } from "./timeline.ts";
import { dramCommandsOf, type HeadTraffic, headTraffic } from "./traffic.ts";

/**
 * Closed-form counters of a workload: each layer is a fill, its heads at the pace of their slowest stage, and a drain.
 * @throws SpattenError `workload` for jobs that the machine cannot run, `config` where a head is wider than a module.
 */
export function* analyticalSteps(
  parameters: SpattenParameters,
  workload: WorkloadSource,
  iteration?: number,
  options: Pick<CycleOptions, "observer"> = {},
): Steps<MachineCounters> {
  const { header } = workload;
  const { headDimension } = header.model;
  const survey = yield* surveySteps(parameters, workload, iteration);
  const { runCount } = survey;
  const parts = createReportParts(header, survey.hasAttention, iteration, () => createTimeline());
  const events = noEvents();
  const dramCommands = { activates: 0, reads: 0, writes: 0 };
  const bufferings = new Set<HeadTraffic["buffering"]>();

  let done = 0;
  for (const run of machineRuns(parameters, workload, iteration)) {
    if (run === undefined) {
      yield { stage: "layers", done, total: runCount };
      continue;
    }
    const shares = parts.of(run);
    if (run.kind === "fully-connected") {
      addFullyConnected(parameters, header, run, { shares, events, dramCommands });
      yield { stage: "layers", done: ++done, total: runCount };
      continue;
    }
    const traffics = run.jobs.map((job) => headTraffic(parameters, header, run.phase, job));
    const layerStart = parts.whole.time.cycles;
    const spent = createTimeline((start, { cycles, cause }) =>
      options.observer?.pace?.(layerStart + start, layerStart + start + cycles, cause),
    );
    const place = { isFirst: done === 0, isLast: done === runCount - 1 };
    spendLayer(spent, parameters, headDimension, run, traffics, place);
    for (const part of shares) addTimeline(part.time, spent);
    for (const [index, job] of run.jobs.entries()) {
      const traffic = traffics[index]!;
      for (const part of shares) tallyHead(part.tally, headDimension, job, traffic);
      countEvents(events, parameters, headDimension, job, traffic, expectedTopKItems(job));
      const { activates, reads, writes } = dramCommandsOf(traffic);
      dramCommands.activates += activates;
      dramCommands.reads += reads;
      dramCommands.writes += writes;
      if (run.phase === "summarization") bufferings.add(traffic.buffering);
    }
    yield { stage: "layers", done: ++done, total: runCount };
  }

  return {
    cycles: parts.whole.time.cycles,
    ...parts.whole.tally,
    dramCommands,
    ...parts.reports(boundOf),
    units: unitTimes(parts.whole.time),
    events,
    bound: boundOf(parts.whole.time),
    assumptions: [
      ...analyticalAssumptions(parameters, header, bufferings),
      ...fullyConnectedAssumptions(parameters, survey),
    ],
  };
}

/** The same in one go. */
export function analyticalCounters(...input: Parameters<typeof analyticalSteps>): MachineCounters {
  return finish(analyticalSteps(...input));
}
