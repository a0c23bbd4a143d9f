import { SpattenError } from "../base/errors.ts";
import {
  type AttentionJob,
  type AttentionWorkload,
  type TopKEvent,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
} from "./attention-workload.ts";
import type { OfficialCsv } from "./official-csv.ts";
import type { OfficialRow } from "./official-row.ts";
import { createJobChecker, parseHeader } from "./workload-checks.ts";

/** Width of the datapath (SpAtten, Table I). */
const DATAPATH_BITS = 12;

/** What the official files leave open, as it stands among the assumptions of a workload made from them. */
export const OFFICIAL_ASSUMPTIONS = {
  unquantized: "unquantized rows are carried in 12 bits",
  wideQueries:
    "queries of more than 12 bits are carried in 12 bits, the width of the datapath (SpAtten, Table I)",
  restart:
    "a top-k that asks for more tokens than there are keeps all: the next iteration starts anew with its number",
  lengths: "rows of one iteration have different sentence lengths; the longest is the dense reference of all",
} as const;

/**
 * The rows of an official file as a workload: each row is one query of one head, in the order of the file.
 * @throws SpattenError `workload` with the line of a row that contradicts others.
 */
export function workloadFromOfficialCsv(csv: OfficialCsv, where: string): AttentionWorkload {
  const { rows, configurationName } = csv;
  const header = parseHeader(headerOf(rows, configurationName, where), where);
  const check = createJobChecker(header);
  const jobs = rows.map((row, index) => {
    const at = `${where}: line ${index + 2}`;
    checkRow(row, header, at);
    const job = jobFrom(row);
    check(job, at);
    return job;
  });
  return { header, jobs };
}

function headerOf(
  rows: readonly OfficialRow[],
  configurationName: string | undefined,
  where: string,
): WorkloadHeader {
  let [layerCount, headCount, iterationCount, unprunedLength] = [0, 0, 0, 0];
  for (const row of rows) {
    layerCount = Math.max(layerCount, row.layer + 1);
    headCount = Math.max(headCount, row.head + 1);
    iterationCount = Math.max(iterationCount, row.iteration + 1);
    unprunedLength = Math.max(unprunedLength, row.sentenceLength - row.iteration);
  }
  return {
    schema: WORKLOAD_SCHEMA,
    source: `official CSV ${where}`,
    phase: "generation",
    model: {
      name: configurationName ?? where,
      layerCount,
      queryHeadCount: headCount,
      keyValueHeadCount: headCount,
      headDimension: rows[0]?.headDimension ?? 0,
      unprunedLength,
    },
    iterationCount,
    jobCount: rows.length,
    ...(configurationName === undefined ? {} : { plan: configurationName }),
    assumptions: assumptionsOf(rows, unprunedLength),
  };
}

function assumptionsOf(rows: readonly OfficialRow[], unprunedLength: number): string[] {
  const applies: Record<keyof typeof OFFICIAL_ASSUMPTIONS, (row: OfficialRow) => boolean> = {
    unquantized: (row) => row.keyBits === -1 || row.valueBits === -1 || row.queryBits === -1,
    wideQueries: (row) => row.queryBits > DATAPATH_BITS,
    restart: (row) => row.hasTopK && row.topKCount > row.keyFetchCount,
    lengths: (row) => row.sentenceLength !== unprunedLength + row.iteration,
  };
  const keys = Object.keys(applies) as (keyof typeof OFFICIAL_ASSUMPTIONS)[];
  return keys.filter((key) => rows.some(applies[key])).map((key) => OFFICIAL_ASSUMPTIONS[key]);
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
