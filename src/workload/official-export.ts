import { SpattenError } from "../base/errors.ts";
import type { AttentionJob, AttentionWorkload, WorkloadHeader } from "./attention-workload.ts";
import type { OfficialCsv } from "./official-csv.ts";
import type { OfficialRow } from "./official-row.ts";
import { denseKeyCount } from "./workload-checks.ts";
import type { WorkloadSource } from "./workload-source.ts";

/**
 * A generation as rows of the official CSV. Read back, they give the same jobs; the threshold and the importance flags,
 * which the release's machine does not use either, are not in a workload and come out as -1 and False, and key ids go.
 * @throws SpattenError `workload` naming the field that the CSV cannot hold.
 */
export function officialRowsFromWorkload(workload: AttentionWorkload): OfficialCsv {
  return { rows: [...eachOfficialRow(workload)], configurationName: workload.header.plan };
}

/** The same rows, made as they are asked for. @throws SpattenError as `officialRowsFromWorkload`. */
export function* eachOfficialRow({ header, jobs }: WorkloadSource): Generator<OfficialRow, void> {
  let index = 0;
  for (const job of jobs) {
    const where = `job ${index++}`;
    if (job.kind !== "attention") throw inexpressible(where, "kind", job.kind, "attention");
    yield rowFrom(job, header, where);
  }
}

function rowFrom(job: AttentionJob, header: WorkloadHeader, where: string): OfficialRow {
  const { keyCount, valueCount } = job;
  if (job.queryCount !== 1) throw inexpressible(where, "queryCount", job.queryCount, "1: a generated token");
  if (job.keyValueHead !== job.head) {
    throw inexpressible(where, "keyValueHead", job.keyValueHead, `the head itself, ${job.head}`);
  }
  const valuesPerQuery = typeof job.valuesPerQuery === "number" ? job.valuesPerQuery : job.valuesPerQuery[0];
  if (valuesPerQuery !== valueCount) {
    throw inexpressible(where, "valuesPerQuery", valuesPerQuery, `valueCount, ${valueCount}`);
  }
  const [tokenTopK, ...more] = job.topK.filter((event) => event.of !== "value");
  if (more.length > 0)
    throw inexpressible(where, "topK", `${more.length + 1} events`, "at most one of tokens");
  if (
    tokenTopK !== undefined &&
    (tokenTopK.of !== "token" || tokenTopK.n !== keyCount || tokenTopK.count !== 1)
  ) {
    throw inexpressible(where, "topK", JSON.stringify(tokenTopK), "one ranking of this job's tokens");
  }
  return {
    iteration: job.iteration,
    layer: job.layer,
    head: job.head,
    headDimension: header.model.headDimension,
    sentenceLength: denseKeyCount(header, job.iteration),
    keyFetchCount: keyCount,
    keyBits: job.keyBits,
    queryBits: job.queryBits,
    requantizeThreshold: -1,
    isRequantized: job.refetchedQueries.length > 0,
    requantizeBits: job.keyLsbBits === 0 ? -1 : job.keyLsbBits,
    valueFetchCount: valueCount,
    valueBits: job.valueBits,
    accumulatesImportance: false,
    rescalesImportance: false,
    hasTopK: tokenTopK !== undefined,
    topKCount: tokenTopK?.k ?? -1,
  };
}

function inexpressible(where: string, field: string, got: unknown, expected: string): SpattenError {
  return new SpattenError("workload", "the official CSV cannot hold this", {
    where: `${where} at ${field}`,
    got: String(got),
    expected,
  });
}
