import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { WorkloadHeader } from "../../workload/attention-workload.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { StreamBytes } from "../machine-report.ts";
import { type Phase, phaseOf } from "../spatten/jobs.ts";
import { noBytes, sumBytes } from "../stream-bytes.ts";
import {
  attentionCalls,
  attentionCallWork,
  attentionStreams,
  type CallWork,
  fullyConnectedOperations,
  fullyConnectedStreams,
} from "./attention-calls.ts";
import { type CallCosts, callCosts, roofSeconds } from "./call-costs.ts";
import type { CallName, PlatformParameters } from "./parameters.ts";

/** What was done in one layer of one phase; a unit is a call, or the launches of all. */
export interface PlatformPart {
  readonly layer: number;
  readonly phase: Phase;
  seconds: number;
  operations: number;
  bytes: StreamBytes;
  readonly unitSeconds: Record<string, number>;
}

/** A header alone can ask for any number of layers. */
const MOST_LAYER_RUNS = 1e7;
export const LAUNCHES = "launches";

/**
 * Layer by layer and phase by phase: the unpruned shape of the header, and the fully connected layers as the jobs say.
 * @throws SpattenError `workload` for an iteration without jobs, more layers than can be run, or fully connected layers on
 *   a platform without a measured time of any.
 */
export function* platformParts(
  id: string,
  parameters: PlatformParameters,
  workload: WorkloadSource,
  iteration?: number,
): Steps<readonly PlatformPart[]> {
  const { header } = workload;
  const parts = new Map<string, PlatformPart>();
  const costs = callCosts(parameters);
  let [hasJobs, hasAttention, done] = [false, false, 0];
  for (const job of workload.jobs) {
    yield { stage: "jobs", done: done++, total: header.jobCount };
    if (iteration !== undefined && job.iteration !== iteration) continue;
    hasJobs = true;
    hasAttention ||= job.kind === "attention";
    if (job.kind === "attention") continue;
    const bytes = fullyConnectedStreams(job, parameters.elementBytes);
    const work = { operations: fullyConnectedOperations(job), bytes: bytes.total };
    const part = partAt(parts, job.layer, phaseOf(header, job.iteration));
    spend(part, parameters, requireCosts(id, costs), { fullyConnected: work }, bytes);
  }
  if (!hasJobs) throw noJobs(header, iteration);
  if (!hasAttention) return [...parts.values()];
  const first = iteration ?? 0;
  const end = iteration === undefined ? header.iterationCount : iteration + 1;
  requireFew(header, end - first);
  for (let index = first; index < end; index++) {
    const work = attentionCallWork(header, index, parameters.elementBytes);
    const bytes = attentionStreams(header, index, parameters.elementBytes);
    for (let layer = 0; layer < header.model.layerCount; layer++) {
      spend(partAt(parts, layer, phaseOf(header, index)), parameters, costs, work, bytes);
    }
    yield { stage: "iterations", done: index - first + 1, total: end - first };
  }
  return [...parts.values()];
}

function partAt(parts: Map<string, PlatformPart>, layer: number, phase: Phase): PlatformPart {
  const key = `${phase} ${layer}`;
  const part = parts.get(key) ?? {
    layer,
    phase,
    seconds: 0,
    operations: 0,
    bytes: noBytes,
    unitSeconds: Object.fromEntries([...attentionCalls, "fullyConnected", LAUNCHES].map((unit) => [unit, 0])),
  };
  parts.set(key, part);
  return part;
}

function spend(
  part: PlatformPart,
  parameters: PlatformParameters,
  costs: CallCosts,
  work: Readonly<Partial<Record<CallName, CallWork>>>,
  bytes: StreamBytes,
): void {
  for (const [call, done] of Object.entries(work) as [CallName, CallWork][]) {
    const { launchSeconds, stretchRatio } = costs[call]!;
    const seconds = stretchRatio * roofSeconds(parameters, done);
    part.unitSeconds[call]! += seconds;
    part.unitSeconds[LAUNCHES]! += launchSeconds;
    part.seconds += seconds + launchSeconds;
    part.operations += done.operations;
  }
  part.bytes = sumBytes([part.bytes, bytes]);
}

function requireCosts(id: string, costs: CallCosts): CallCosts {
  if (costs.fullyConnected !== undefined) return costs;
  throw new SpattenError("workload", `no time of fully connected layers is known for ${id}`, {
    hint: "leave these jobs out to time the attention alone",
  });
}

function noJobs(header: WorkloadHeader, iteration: number | undefined): SpattenError {
  return new SpattenError("workload", "there is no job to simulate", {
    ...(iteration === undefined ? {} : { where: `iteration ${iteration}` }),
    expected: `jobs of ${header.iterationCount} iterations, counted from 0`,
  });
}

function requireFew({ model: { layerCount } }: WorkloadHeader, iterationCount: number): void {
  if (iterationCount * layerCount <= MOST_LAYER_RUNS) return;
  throw new SpattenError("workload", "the header's shape has more layers than can be run", {
    where: "header",
    got: `${iterationCount * layerCount} layers in all iterations`,
    expected: `at most ${MOST_LAYER_RUNS}`,
  });
}
