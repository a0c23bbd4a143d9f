import type { SpattenParameters } from "../parameters.ts";
import { fetchCycles } from "../stages.ts";
import { type Segment, spend, type Timeline } from "../timeline.ts";
import type { FullyConnectedPlan } from "./plan.ts";
import type { FullyConnectedTraffic, GroupTraffic } from "./traffic.ts";

/**
 * Spends the time of one fully connected job: for each group of vectors the way of its inputs from DRAM, then its lines
 * at the pace of the multipliers or of the DRAM, whichever is slower; behind the last one the adder tree's registers.
 */
export function spendFullyConnected(
  timeline: Timeline,
  parameters: SpattenParameters,
  plan: FullyConnectedPlan,
  traffic: FullyConnectedTraffic,
): void {
  for (const [place, group] of traffic.groups.entries()) {
    const load = fetchCycles(parameters, group.inputTransactionCount);
    spend(timeline, {
      cycles: Math.ceil(parameters.dram.latencyCycles + load),
      cause: place === 0 ? "fill" : "fetch",
      work: { qkvFetcher: load },
    });
    spend(timeline, lines(parameters, plan, traffic, group));
  }
  spend(timeline, { cycles: parameters.pipeline.queryKeyProductCycles, cause: "drain", work: {} });
}

/** All lines of a group; the last one is multiplied after its weights have come, whatever sets the pace. */
function lines(
  parameters: SpattenParameters,
  { lineCount }: FullyConnectedPlan,
  { weightTransactionCount }: FullyConnectedTraffic,
  { vectorCount, outputTransactionCount }: GroupTraffic,
): Segment {
  const multiply = vectorCount * lineCount;
  const fetch = fetchCycles(parameters, weightTransactionCount + outputTransactionCount);
  const fetched = fetch + vectorCount;
  return {
    cycles: Math.ceil(Math.max(multiply, fetched)),
    cause: multiply >= fetched ? "fullyConnected" : "fetch",
    work: { qkvFetcher: fetch, queryKeyProduct: multiply, probabilityValueProduct: multiply },
  };
}
