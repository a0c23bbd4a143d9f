import { SpattenError } from "../base/errors.ts";
import type { AttentionJob, AttentionWorkload, TopKEvent, WorkloadHeader } from "./attention-workload.ts";
import { DATAPATH_BITS } from "./dense-head.ts";
import type { OfficialCsv } from "./official-csv.ts";
import { createOfficialSurvey } from "./official-header.ts";
import type { OfficialRow } from "./official-row.ts";
import { createJobChecker } from "./workload-checks.ts";

/**
 * The rows of an official file as a workload: each row is one query of one head, in the order of the file.
 * @throws SpattenError `workload` with the line of a row that contradicts others.
 */
export function workloadFromOfficialCsv(csv: OfficialCsv, where: string): AttentionWorkload {
  const { rows, configurationName } = csv;
  const survey = createOfficialSurvey(where);
  for (const row of rows) survey.add(row);
  const header = survey.header(configurationName);
  const jobOf = createRowConverter(header, where);
  return { header, jobs: rows.map((row, index) => jobOf(row, index + 2)) };
}

/**
 * Makes jobs of rows, one after the other, and checks each with those before it.
 * @throws SpattenError `workload` from the function returned, with the line.
 */
export function createRowConverter(
  header: WorkloadHeader,
  where: string,
): (row: OfficialRow, lineNumber: number) => AttentionJob {
  const check = createJobChecker(header);
  return (row, lineNumber) => {
    const at = `${where}: line ${lineNumber}`;
    checkRow(row, header, at);
    const job = jobFrom(row);
    check(job, at);
    return job;
  };
}

function checkRow(row: OfficialRow, header: WorkloadHeader, where: string): void {
  if (row.headDimension !== header.model.headDimension) {
    throw new SpattenError("workload", "the rows differ in embedding_length_D", {
      where,
      got: String(row.headDimension),
      expected: String(header.model.headDimension),
    });
  }
  if (row.isRequantized && (row.keyBits === -1 || row.requantizeBits === -1)) {
    throw new SpattenError("workload", "a row was requantized without bits to add", {
      where,
      got: `quant_key_bit ${row.keyBits}, auto_requant_incre ${row.requantizeBits}`,
      expected: "both above 0, since if_requant is True",
    });
  }
}

function jobFrom(row: OfficialRow): AttentionJob {
  const { keyFetchCount: keyCount, valueFetchCount: valueCount } = row;
  const isQuantized = row.keyBits !== -1;
  const topK: TopKEvent[] = [];
  if (valueCount < keyCount) topK.push({ of: "value", n: keyCount, k: valueCount, count: 1 });
  if (row.hasTopK) topK.push({ of: "token", n: keyCount, k: Math.min(row.topKCount, keyCount), count: 1 });
  return {
    kind: "attention",
    iteration: row.iteration,
    layer: row.layer,
    head: row.head,
    keyValueHead: row.head,
    queryCount: 1,
    keyCount,
    valueCount,
    valuesPerQuery: valueCount,
    queryBits: row.queryBits === -1 ? DATAPATH_BITS : Math.min(row.queryBits, DATAPATH_BITS),
    keyBits: isQuantized ? row.keyBits : DATAPATH_BITS,
    keyLsbBits: isQuantized ? Math.max(0, row.requantizeBits) : 0,
    valueBits: row.valueBits === -1 ? DATAPATH_BITS : row.valueBits,
    refetchedQueries: row.isRequantized ? [0] : [],
    topK,
  };
}
