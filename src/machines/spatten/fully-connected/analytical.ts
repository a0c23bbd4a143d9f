import type { WorkloadHeader } from "../../../workload/attention-workload.ts";
import type { EventCounts } from "../events.ts";
import type { FullyConnectedRun } from "../jobs.ts";
import type { SpattenParameters } from "../parameters.ts";
import type { ReportPart } from "../report-parts.ts";
import { addTimeline, createTimeline, type Timeline } from "../timeline.ts";
import { countFullyConnected } from "./events.ts";
import { planFullyConnected } from "./plan.ts";
import { tallyFullyConnected } from "./tally.ts";
import { spendFullyConnected } from "./time.ts";
import { fullyConnectedTraffic } from "./traffic.ts";

/** What a closed-form run counts into. */
export interface AnalyticalSums {
  /** The parts of the report that the job belongs to. */
  readonly shares: readonly ReportPart<Timeline>[];
  readonly events: EventCounts;
  readonly dramCommands: { activates: number; reads: number; writes: number };
}

/** Adds one fully connected job to the sums of the closed form. @throws SpattenError `config` where it does not fit. */
export function addFullyConnected(
  parameters: SpattenParameters,
  header: WorkloadHeader,
  { job }: FullyConnectedRun,
  { shares, events, dramCommands }: AnalyticalSums,
): void {
  const plan = planFullyConnected(parameters, job);
  const traffic = fullyConnectedTraffic(parameters, plan);
  const spent = createTimeline();
  spendFullyConnected(spent, parameters, plan, traffic);
  for (const { time, tally } of shares) {
    addTimeline(time, spent);
    tallyFullyConnected(tally, header, plan, traffic);
  }
  countFullyConnected(events, parameters, plan, traffic);
  dramCommands.activates += traffic.commands.activates;
  dramCommands.reads += traffic.commands.reads;
  dramCommands.writes += traffic.commands.writes;
}
