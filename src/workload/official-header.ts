import { WORKLOAD_SCHEMA, type WorkloadHeader } from "./attention-workload.ts";
import { DATAPATH_BITS } from "./dense-head.ts";
import type { OfficialRow } from "./official-row.ts";
import { parseHeader } from "./workload-checks.ts";

/** What the official files leave open, as it stands among the assumptions of a workload made from them. */
export const OFFICIAL_ASSUMPTIONS = {
  unquantized: "unquantized rows are carried in 12 bits",
  wideQueries:
    "queries of more than 12 bits are carried in 12 bits, the width of the datapath (SpAtten, Table I)",
  restart:
    "a top-k that asks for more tokens than there are keeps all: the next iteration starts anew with its number",
  lengths: "rows of one iteration have different sentence lengths; the longest is the dense reference of all",
} as const;

type OfficialAssumption = keyof typeof OFFICIAL_ASSUMPTIONS;

/** Assumptions that show in a row by itself. */
const SHOWN_BY: Readonly<Partial<Record<OfficialAssumption, (row: OfficialRow) => boolean>>> = {
  unquantized: (row) => row.keyBits === -1 || row.valueBits === -1 || row.queryBits === -1,
  wideQueries: (row) => row.queryBits > DATAPATH_BITS,
  restart: (row) => row.hasTopK && row.topKCount > row.keyFetchCount,
};

/** Gathers from the rows of a file, in one pass, what the header of their workload says. */
export interface OfficialSurvey {
  readonly rowCount: number;
  add(row: OfficialRow): void;
  /** The header of the rows so far. @throws SpattenError `workload` for a shape that no workload has. */
  header(configurationName: string | undefined): WorkloadHeader;
}

/** A survey of no row yet; `where` names the file. */
export function createOfficialSurvey(where: string): OfficialSurvey {
  let [rowCount, layerCount, headCount, iterationCount, headDimension] = [0, 0, 0, 0, 0];
  let leastLength = Number.POSITIVE_INFINITY;
  let unprunedLength = 0;
  const shown = new Set<OfficialAssumption>();
  const names = Object.keys(OFFICIAL_ASSUMPTIONS) as OfficialAssumption[];
  return {
    get rowCount() {
      return rowCount;
    },
    add: (row) => {
      if (rowCount === 0) headDimension = row.headDimension;
      rowCount++;
      layerCount = Math.max(layerCount, row.layer + 1);
      headCount = Math.max(headCount, row.head + 1);
      iterationCount = Math.max(iterationCount, row.iteration + 1);
      const firstLength = row.sentenceLength - row.iteration;
      leastLength = Math.min(leastLength, firstLength);
      unprunedLength = Math.max(unprunedLength, firstLength);
      for (const name of names) if (SHOWN_BY[name]?.(row) === true) shown.add(name);
    },
    header: (configurationName) => {
      if (leastLength < unprunedLength) shown.add("lengths");
      const header: WorkloadHeader = {
        schema: WORKLOAD_SCHEMA,
        source: `official CSV ${where}`,
        phase: "generation",
        model: {
          name: configurationName ?? where,
          layerCount,
          queryHeadCount: headCount,
          keyValueHeadCount: headCount,
          headDimension,
          unprunedLength,
        },
        iterationCount,
        jobCount: rowCount,
        ...(configurationName === undefined ? {} : { plan: configurationName }),
        assumptions: names.filter((name) => shown.has(name)).map((name) => OFFICIAL_ASSUMPTIONS[name]),
      };
      return parseHeader(header, where);
    },
  };
}
