import { SpattenError } from "../../base/errors.ts";
import type {
  AttentionJob,
  AttentionWorkload,
  WorkloadHeader,
  WorkloadJob,
} from "../../workload/attention-workload.ts";

export type Phase = "summarization" | "generation";

/** The heads of one layer in one iteration, in the order in which they run. */
export interface LayerRun {
  readonly iteration: number;
  readonly layer: number;
  readonly phase: Phase;
  readonly jobs: readonly AttentionJob[];
}

/** Phase that an iteration of a workload belongs to. */
export function phaseOf(header: WorkloadHeader, iteration: number): Phase {
  if (header.phase !== "summarization-then-generation") return header.phase;
  return iteration === 0 ? "summarization" : "generation";
}

/**
 * The workload's jobs, layer by layer, of all iterations or of one.
 * @throws SpattenError `workload` for fully connected layers, an iteration without jobs, or a job at odds with itself.
 */
export function layerRuns(workload: AttentionWorkload, iteration?: number): LayerRun[] {
  const runs: { iteration: number; layer: number; phase: Phase; jobs: AttentionJob[] }[] = [];
  for (const job of workload.jobs) {
    const attention = attentionOnly(job);
    if (iteration !== undefined && job.iteration !== iteration) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.iteration === job.iteration && last.layer === job.layer) {
      last.jobs.push(attention);
    } else {
      const phase = phaseOf(workload.header, job.iteration);
      runs.push({ iteration: job.iteration, layer: job.layer, phase, jobs: [attention] });
    }
    checkJob(attention, phaseOf(workload.header, job.iteration));
  }
  if (runs.length > 0) return runs;
  throw new SpattenError("workload", "there is no attention job to simulate", {
    ...(iteration === undefined ? {} : { where: `iteration ${iteration}` }),
    expected: `jobs of ${workload.header.iterationCount} iterations, counted from 0`,
  });
}

function attentionOnly(job: WorkloadJob): AttentionJob {
  if (job.kind === "attention") return job;
  throw new SpattenError(
    "workload",
    "spatten is an attention co-processor: it runs no fully connected layer",
    {
      where: `layer ${job.layer}, "${job.name}"`,
      hint: "spatten-e2e, which runs them, is not here yet; leave these jobs out to simulate the attention alone",
    },
  );
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
