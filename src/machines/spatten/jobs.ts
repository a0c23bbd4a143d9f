import { SpattenError } from "../../base/errors.ts";
import type { AttentionJob, FullyConnectedJob, WorkloadHeader } from "../../workload/attention-workload.ts";
import { denseQueryCount } from "../../workload/workload-checks.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { SpattenParameters } from "./parameters.ts";

export type Phase = "summarization" | "generation";

/** The heads of one layer in one iteration, in the order in which they run. */
export interface LayerRun {
  readonly kind: "attention";
  readonly iteration: number;
  readonly layer: number;
  readonly phase: Phase;
  readonly jobs: readonly AttentionJob[];
}

/** A fully connected layer, which runs alone where it stands among the jobs. */
export interface FullyConnectedRun {
  readonly kind: "fully-connected";
  readonly iteration: number;
  readonly layer: number;
  readonly phase: Phase;
  readonly job: FullyConnectedJob;
}

/** What runs from one barrier to the next. */
export type MachineRun = LayerRun | FullyConnectedRun;

/** What runs without a barrier in between: heads of one layer or of many, or one fully connected layer. */
export type RunGroup =
  | { readonly kind: "attention"; readonly runs: readonly LayerRun[] }
  | { readonly kind: "fully-connected"; readonly run: FullyConnectedRun };

/**
 * Runs between barriers, one group after the other; without a layer barrier only fully connected layers part them, and a
 * group holds all runs in between. Undefined is passed on.
 */
export function* runGroups(
  runs: Iterable<MachineRun | undefined>,
  layerBarrier: boolean,
): Generator<RunGroup | undefined> {
  let open: LayerRun[] = [];
  for (const run of runs) {
    if (run?.kind === "attention") open.push(run);
    const isOver = run?.kind === "fully-connected" || (layerBarrier && open.length > 0);
    if (isOver && open.length > 0) {
      yield { kind: "attention", runs: open };
      open = [];
    }
    if (run?.kind === "fully-connected") yield { kind: run.kind, run };
    else yield undefined;
  }
  if (open.length > 0) yield { kind: "attention", runs: open };
}

/** Phase that an iteration of a workload belongs to. */
export function phaseOf(header: WorkloadHeader, iteration: number): Phase {
  if (header.phase !== "summarization-then-generation") return header.phase;
  return iteration === 0 ? "summarization" : "generation";
}

/**
 * The workload's jobs, layer by layer, of all iterations or of one; neighbouring heads of a layer run together. No more than
 * one layer is held; undefined stands for a job that ends no run, after which a reader may rest.
 * @throws SpattenError `workload` for fully connected layers on a machine that runs none, an iteration without jobs, or a
 *   job at odds with itself.
 */
export function* machineRuns(
  { runsFullyConnected }: SpattenParameters,
  { header, jobs }: WorkloadSource,
  iteration?: number,
): Generator<MachineRun | undefined> {
  let open: (LayerRun & { readonly jobs: AttentionJob[] }) | undefined;
  let hasRuns = false;
  for (const job of jobs) {
    if (job.kind === "fully-connected" && !runsFullyConnected) refuseFullyConnected(job);
    if (iteration !== undefined && job.iteration !== iteration) {
      yield undefined;
      continue;
    }
    hasRuns = true;
    const place = { iteration: job.iteration, layer: job.layer, phase: phaseOf(header, job.iteration) };
    if (job.kind === "fully-connected") {
      checkVectors(job, denseQueryCount(header, job.iteration));
      if (open !== undefined) yield open;
      open = undefined;
      yield { kind: job.kind, ...place, job };
      continue;
    }
    checkJob(job, place.phase);
    if (open?.iteration === job.iteration && open.layer === job.layer) {
      open.jobs.push(job);
      yield undefined;
      continue;
    }
    const before = open;
    open = { kind: job.kind, ...place, jobs: [job] };
    yield before;
  }
  if (open !== undefined) yield open;
  if (hasRuns) return;
  throw new SpattenError("workload", "there is no job to simulate", {
    ...(iteration === undefined ? {} : { where: `iteration ${iteration}` }),
    expected: `jobs of ${header.iterationCount} iterations, counted from 0`,
  });
}

/** All of them at once. */
export function allMachineRuns(...input: Parameters<typeof machineRuns>): MachineRun[] {
  return [...machineRuns(...input)].filter((run) => run !== undefined);
}

function refuseFullyConnected(job: FullyConnectedJob): never {
  throw new SpattenError(
    "workload",
    "spatten is an attention co-processor: it runs no fully connected layer",
    {
      where: `layer ${job.layer}, "${job.name}"`,
      hint: "machine spatten-e2e runs them; leave these jobs out to simulate the attention alone",
    },
  );
}

function checkVectors(job: FullyConnectedJob, mostVectors: number): void {
  if (job.vectorCount <= mostVectors) return;
  throw new SpattenError("workload", "a fully connected layer has more vectors than there are queries", {
    where: `iteration ${job.iteration}, layer ${job.layer}, "${job.name}"`,
    got: `${job.vectorCount} vectors`,
    expected: `at most ${mostVectors}`,
  });
}

function checkJob(job: AttentionJob, phase: Phase): void {
  const where = `iteration ${job.iteration}, layer ${job.layer}, head ${job.head}`;
  if (phase === "generation" && job.queryCount !== 1) {
    throw new SpattenError("workload", "a generation works on one query at a time", {
      where,
      got: `${job.queryCount} queries`,
      expected: "1",
    });
  }
  if (typeof job.valuesPerQuery !== "number" && job.valuesPerQuery.length !== job.queryCount) {
    throw new SpattenError("workload", "valuesPerQuery must have an entry for each query", {
      where,
      got: `${job.valuesPerQuery.length} entries`,
      expected: `${job.queryCount}`,
    });
  }
  const beyond = job.refetchedQueries.find((query) => query >= job.queryCount);
  if (beyond !== undefined) {
    throw new SpattenError("workload", "refetchedQueries names a query that is not there", {
      where,
      got: String(beyond),
      expected: `below ${job.queryCount}`,
    });
  }
}
