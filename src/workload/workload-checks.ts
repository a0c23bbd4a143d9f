import { finish, type Steps } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import { describeValue, parseWith } from "../base/schema.ts";
import {
  type AttentionJob,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
  type WorkloadJob,
  workloadHeaderSchema,
  workloadJobSchema,
} from "./attention-workload.ts";
import { createSeenJobs } from "./seen-jobs.ts";
import type { WorkloadSource } from "./workload-source.ts";

/** Keys of one head before pruning: one more with each iteration of a generation. */
export function denseKeyCount(header: WorkloadHeader, iteration: number): number {
  return header.model.unprunedLength + (header.phase === "summarization" ? 0 : iteration);
}

/** Queries of one head before pruning: one in an iteration that generates. */
export function denseQueryCount(header: WorkloadHeader, iteration: number): number {
  if (generates(header, iteration)) return 1;
  return header.model.unprunedQueryLength ?? header.model.unprunedLength;
}

/** True for an iteration that makes one token, false for one that reads a sentence. */
export function generates(header: WorkloadHeader, iteration: number): boolean {
  return header.phase === "generation" || (header.phase !== "summarization" && iteration > 0);
}

/** The header, checked. @throws SpattenError `workload`, naming a version that is not ours. */
export function parseHeader(value: unknown, where: string): WorkloadHeader {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (typeof schema !== "string") {
    throw new SpattenError("workload", "not the header of a workload", {
      where,
      expected: `an object with "schema": "${WORKLOAD_SCHEMA}"`,
    });
  }
  if (schema !== WORKLOAD_SCHEMA) {
    throw new SpattenError("workload", "the workload is of another version", {
      where,
      got: describeValue(schema),
      expected: `"${WORKLOAD_SCHEMA}"`,
      hint: "record it again, or use the spatten that wrote it",
    });
  }
  return parseWith(workloadHeaderSchema, value, { what: "workload header", where, code: "workload" });
}

/** One job, its fields checked but not yet compared with the header. @throws SpattenError `workload`. */
export function parseJob(value: unknown, where: string): WorkloadJob {
  return parseWith(workloadJobSchema, value, { what: "job", where, code: "workload" });
}

/**
 * Compares jobs, in any order, with the shape that the header gives and with one another.
 * @throws SpattenError `workload` from the function returned, naming the field.
 */
export function createJobChecker(header: WorkloadHeader): (job: WorkloadJob, where: string) => void {
  const { layerCount } = header.model;
  const isSeen = createSeenJobs(header);
  return (job, where) => {
    const fail = failAt(where);
    if (job.iteration >= header.iterationCount)
      fail("iteration", job.iteration, below(header.iterationCount));
    if (job.layer >= layerCount) fail("layer", job.layer, below(layerCount));
    if (job.kind === "attention") checkAttention(job, header, fail);
    if (!isSeen(job)) return;
    const part = job.kind === "attention" ? `head ${job.head}` : `"${job.name}"`;
    const name = `iteration ${job.iteration}, layer ${job.layer}, ${part}`;
    throw new SpattenError("workload", "a job is there twice", { where, got: `${name} again` });
  };
}

/** A workload that a program made, checked as a file is. @throws SpattenError `workload`; `where` names it. */
export function checkWorkload(workload: WorkloadSource, where: string): void {
  finish(checkWorkloadSteps(workload, where));
}

/** The same, resting between jobs. */
export function* checkWorkloadSteps(workload: WorkloadSource, where: string): Steps<void> {
  const header = parseHeader(workload.header, `${where}: header`);
  const { jobs } = workload;
  // An array of the wrong length is told before its jobs are looked at; how long a stream is, its end alone tells.
  if (Array.isArray(jobs)) checkJobCount(header, jobs.length, where);
  requireRepeatable(jobs, where);
  const check = createJobChecker(header);
  let jobCount = 0;
  for (const job of jobs) {
    const at = `${where}: job ${jobCount}`;
    check(parseJob(job, at), at);
    jobCount++;
    if (jobCount > header.jobCount) checkJobCount(header, jobCount, where);
    yield { stage: "check", done: jobCount, total: header.jobCount };
  }
  checkJobCount(header, jobCount, where);
}

/** A generator is its own iterator, and empty ever after. */
function requireRepeatable(jobs: Iterable<WorkloadJob>, where: string): void {
  const begun: unknown = jobs[Symbol.iterator]();
  if (begun !== jobs) return;
  throw new SpattenError("workload", "the jobs can be iterated only once, and machines need several passes", {
    where: `${where}: jobs`,
    got: "a generator or another iterator",
    expected: "an array, or an object whose [Symbol.iterator]() begins anew",
  });
}

/** @throws SpattenError `workload` where there are fewer or more jobs than the header says. */
export function checkJobCount(header: WorkloadHeader, jobCount: number, where: string): void {
  if (jobCount === header.jobCount) return;
  const isShort = jobCount < header.jobCount;
  throw new SpattenError(
    "workload",
    `the workload has ${isShort ? "fewer" : "more"} jobs than its header says`,
    {
      where,
      got: `${jobCount} jobs`,
      expected: String(header.jobCount),
      hint: isShort ? "is the file cut off?" : "jobCount is the number of lines after the header",
    },
  );
}

type Fail = (field: string, got: unknown, expected: string) => never;

function failAt(where: string): Fail {
  return (field, got, expected) => {
    throw new SpattenError("workload", "a job does not fit", {
      where: `${where} at ${field}`,
      got: String(got),
      expected,
    });
  };
}

function below(limit: number): string {
  return `a number below ${limit}`;
}

function checkAttention(job: AttentionJob, header: WorkloadHeader, fail: Fail): void {
  const { model } = header;
  if (job.head >= model.queryHeadCount) fail("head", job.head, below(model.queryHeadCount));
  if (job.keyValueHead >= model.keyValueHeadCount) {
    fail("keyValueHead", job.keyValueHead, below(model.keyValueHeadCount));
  }
  const denseKeys = denseKeyCount(header, job.iteration);
  const denseQueries = denseQueryCount(header, job.iteration);
  if (job.queryCount > denseQueries) fail("queryCount", job.queryCount, `at most ${denseQueries}`);
  if (job.keyCount > denseKeys) fail("keyCount", job.keyCount, `at most ${denseKeys}`);
  if (job.valueCount > job.keyCount) fail("valueCount", job.valueCount, `at most keyCount, ${job.keyCount}`);
  checkValuesPerQuery(job, fail);
  if (job.keyIds !== undefined) {
    if (job.keyIds.length !== job.keyCount) fail("keyIds", `${job.keyIds.length} ids`, `${job.keyCount}`);
    checkAscending(job.keyIds, denseKeys, "keyIds", fail);
  }
  checkAscending(job.refetchedQueries, job.queryCount, "refetchedQueries", fail);
  if (job.refetchedQueries.length > 0 && job.keyLsbBits === 0) {
    fail("keyLsbBits", 0, "at least 1, since there are refetched queries");
  }
  for (const [index, event] of job.topK.entries()) {
    if (event.k > event.n) fail(`topK.${index}.k`, event.k, `at most n, ${event.n}`);
  }
}

function checkValuesPerQuery({ valuesPerQuery, queryCount, valueCount }: AttentionJob, fail: Fail): void {
  if (typeof valuesPerQuery !== "number" && valuesPerQuery.length !== queryCount) {
    fail("valuesPerQuery", `${valuesPerQuery.length} numbers`, `${queryCount}, one a query`);
  }
  const counts = typeof valuesPerQuery === "number" ? [valuesPerQuery] : valuesPerQuery;
  const excess = counts.find((count) => count > valueCount);
  if (excess !== undefined) fail("valuesPerQuery", excess, `at most valueCount, ${valueCount}`);
}

function checkAscending(ids: readonly number[], limit: number, field: string, fail: Fail): void {
  let previous = -1;
  for (const [index, id] of ids.entries()) {
    if (id <= previous) fail(`${field}.${index}`, id, `more than the ${previous} before it`);
    previous = id;
  }
  if (previous >= limit) fail(`${field}.${ids.length - 1}`, previous, below(limit));
}
