import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { linesOf, type TextFolder } from "../../base/text-folder.ts";
import type { ReleaseConfiguration } from "../../machines/spatten-release/parameters.ts";
import { releasePresets } from "../../machines/spatten-release/presets.ts";
import { type ReleaseResult, simulateRelease } from "../../machines/spatten-release/simulate.ts";
import { type OfficialCsv, readOfficialCsv } from "../../workload/official-csv.ts";
import type { Difference } from "./oracle.ts";
import { differencesOf, lineDifferences } from "./tally.ts";

const full = releasePresets[0]!.parameters;

/** Sizes of the RTL that were simulated, by their names in the golden files. */
const setups: Readonly<Record<string, ReleaseConfiguration>> = {
  eighth: releasePresets[1]!.parameters,
  "full-r32": full,
  full: { ...full, rowRoundingCount: 8 },
};

/** A recorded run of the official RTL. */
export interface ReleaseRow {
  readonly workload: string;
  readonly setup: string;
  readonly cycles: number;
}

export const CYCLES_FILE = "rtl-cycles/cycles.csv";

/** Commands of all channels that hardware.md 6 gives for one run besides. */
export const recordedTotals = {
  workload: "summary-gpt2-small-wikitext2-per8",
  setup: "eighth",
  reads: 2_615_752,
  activates: 163_820,
} as const;

/** The recorded runs. @throws SpattenError `input` with the line. */
export function readReleaseRows(golden: TextFolder): readonly ReleaseRow[] {
  const [, ...lines] = linesOf(golden.readText(CYCLES_FILE));
  return lines.map((line, index) => {
    const [workload, setup, , cycles] = line.split(",");
    const isRow = workload !== undefined && setup !== undefined && /^\d+$/.test(cycles ?? "");
    if (isRow) return { workload, setup, cycles: Number(cycles) };
    throw new SpattenError("input", "not a recorded run of the RTL", {
      where: `golden/${CYCLES_FILE}: line ${index + 2}`,
      got: JSON.stringify(line.slice(0, 100)),
      expected: "workload,setup,rows,total_cycles",
    });
  });
}

/**
 * The workload of a run: `x.iterN` is token N of x, which lies beside the goldens or, where it is one of the release's,
 * among its workloads. @throws SpattenError `missing-data`, `workload`.
 */
export function readReleaseInput(
  golden: TextFolder,
  workloads: TextFolder,
  name: string,
): { readonly csv: OfficialCsv; readonly iteration?: number } {
  const [, base = name, token] = /^(.*?)(?:\.iter(\d+))?$/.exec(name) ?? [];
  const beside = `rtl-cycles/inputs/${base}.csv`;
  const isBeside = golden.exists(beside);
  const text = isBeside ? golden.readText(beside) : workloads.readText(`${base}.csv`);
  const csv = readOfficialCsv(text, isBeside ? `golden/${beside}` : `${base}.csv`);
  return token === undefined ? { csv } : { csv, iteration: Number(token) };
}

/** Total cycles, and presentation, top-k latency and response of every request, against a recorded run. */
export function* releaseDifferences(
  golden: TextFolder,
  workloads: TextFolder,
  row: ReleaseRow,
): Steps<readonly Difference[]> {
  const { csv, iteration } = readReleaseInput(golden, workloads, row.workload);
  const setup = setups[row.setup];
  if (setup === undefined) {
    throw new SpattenError("input", "a recorded run names no size of the RTL", {
      where: `golden/${CYCLES_FILE}`,
      got: row.setup,
      expected: Object.keys(setups).join(", "),
    });
  }
  const result = yield* simulateRelease(csv, setup, iteration === undefined ? {} : { iteration });
  const { cycles, presentedCycles, topKLatencyCycles, responseCycles } = result;
  const responses = Array.from(responseCycles, (cycle, id) =>
    [id, presentedCycles[id], topKLatencyCycles[id], id, cycle].join(","),
  );
  const where = `${row.workload} on ${row.setup}`;
  const [, ...recorded] = linesOf(
    golden.readText(`rtl-cycles/responses/${row.workload}.${row.setup}.csv.gz`),
  );
  return [
    ...differencesOf(where, { cycles: row.cycles }, { cycles }),
    ...lineDifferences(`${where}, responses`, recorded, responses),
    ...totalDifferences(where, row, result),
  ];
}

function totalDifferences(where: string, row: ReleaseRow, result: ReleaseResult): readonly Difference[] {
  const { workload, setup, reads, activates } = recordedTotals;
  if (row.workload !== workload || row.setup !== setup) return [];
  const total = (key: "reads" | "activates"): number =>
    result.counters.dramChannels.reduce((sum, channel) => sum + channel[key], 0);
  return differencesOf(where, { reads, activates }, { reads: total("reads"), activates: total("activates") });
}
