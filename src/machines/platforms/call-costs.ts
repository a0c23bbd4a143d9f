import { SpattenError } from "../../base/errors.ts";
import { lookUp } from "../../base/registry.ts";
import { WORKLOAD_SCHEMA, type WorkloadHeader } from "../../workload/attention-workload.ts";
import { fullyConnectedWorkload } from "../../workload/fully-connected-jobs.ts";
import { modelShapes } from "../../workload/fully-connected-shapes.ts";
import {
  attentionCalls,
  attentionCallWork,
  type CallWork,
  fullyConnectedOperations,
  fullyConnectedStreams,
} from "./attention-calls.ts";
import type { CallName, PlatformParameters } from "./parameters.ts";

/** What a group of calls costs: the same each time, and a multiple of its time under the roofs. */
export interface CallCost {
  readonly launchSeconds: number;
  readonly stretchRatio: number;
}

export type CallCosts = Readonly<Partial<Record<CallName, CallCost>>>;

const ANCHOR_MODEL = "gpt2-medium";
const PROMPT_TOKENS = 992;

/** The least time that compute peak and bandwidth allow. */
export function roofSeconds(parameters: PlatformParameters, { operations, bytes }: CallWork): number {
  const { peakGigaoperationsPerSecond, bandwidthGigabytesPerSecond } = parameters;
  return (
    Math.max(operations / peakGigaoperationsPerSecond, bytes / bandwidthGigabytesPerSecond) /
    OPERATIONS_PER_GIGAOPERATION
  );
}

const OPERATIONS_PER_GIGAOPERATION = 1e9;

/**
 * Costs by call: what a measured time has left after the launches stretches the time under the roofs, alike for all calls
 * that it covers. @throws SpattenError `config` where a measured time is less than launches and roofs take.
 */
export function callCosts(parameters: PlatformParameters): CallCosts {
  const costs: Partial<Record<CallName, CallCost>> = {};
  for (const { calls, seconds, generatedCount } of parameters.calibrations) {
    const launches = (call: CallName): number => parameters.callCounts[call] * parameters.secondsPerCall;
    let [fixed, roofed] = [0, 0];
    for (const call of calls) {
      const { count, roof } = atAnchor(parameters, call, generatedCount);
      fixed += count * launches(call);
      roofed += roof;
    }
    if (seconds < fixed + roofed) {
      throw new SpattenError("config", "a measured time is less than launches and roofs take", {
        where: `calibrations of ${calls.join(", ")}`,
        got: `${seconds} s`,
        expected: `at least ${(fixed + roofed).toPrecision(4)} s`,
        hint: "secondsPerCall, or a higher peak or bandwidth",
      });
    }
    const stretchRatio = (seconds - fixed) / roofed;
    for (const call of calls) costs[call] = { launchSeconds: launches(call), stretchRatio };
  }
  return costs;
}

/** How often the measured run made a group of calls, and its time under the roofs. */
function atAnchor(
  parameters: PlatformParameters,
  call: CallName,
  generatedCount: number,
): { readonly count: number; readonly roof: number } {
  if (call === "fullyConnected") return fullyConnectedAtAnchor(parameters, generatedCount);
  const header = anchorHeader(generatedCount);
  let roof = 0;
  for (let iteration = 0; iteration < generatedCount; iteration++) {
    roof += roofSeconds(parameters, attentionCallWork(header, iteration, parameters.elementBytes)[call]);
  }
  const { layerCount } = header.model;
  return { count: layerCount * generatedCount, roof: roof * layerCount };
}

function fullyConnectedAtAnchor(parameters: PlatformParameters, tokenCount: number) {
  // Every token does the same work; the width of weights means nothing to a machine of floats.
  const { jobs } = fullyConnectedWorkload(ANCHOR_MODEL, { tokenCount: 1, weightBits: 8 });
  let roof = 0;
  for (const job of jobs) {
    if (job.kind !== "fully-connected") continue;
    const bytes = fullyConnectedStreams(job, parameters.elementBytes).total;
    roof += roofSeconds(parameters, { operations: fullyConnectedOperations(job), bytes });
  }
  return { count: jobs.length * tokenCount, roof: roof * tokenCount };
}

/** The run behind the paper's times: the token after a prompt of 992 sees 993 keys. */
export function anchorHeader(generatedCount: number): WorkloadHeader {
  const { layerCount, headCount, headDimension } = lookUp(modelShapes, ANCHOR_MODEL, "model");
  return {
    schema: WORKLOAD_SCHEMA,
    source: `${ANCHOR_MODEL}-dense-${PROMPT_TOKENS}`,
    phase: "generation",
    model: {
      name: ANCHOR_MODEL,
      layerCount,
      queryHeadCount: headCount,
      keyValueHeadCount: headCount,
      headDimension,
      unprunedLength: PROMPT_TOKENS + 1,
    },
    iterationCount: generatedCount,
    jobCount: 0,
    assumptions: [],
  };
}

/** Calls whose cost no calibration settles. */
export function uncalibratedCalls(costs: CallCosts): CallName[] {
  return ([...attentionCalls, "fullyConnected"] as const).filter((call) => costs[call] === undefined);
}
