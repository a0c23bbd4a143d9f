import { linesOf, type TextFolder } from "../../base/text-folder.ts";
import type { ReplaySummary } from "../../hardware/dram/replay-summary.ts";
import { isRounded } from "./dram-golden.ts";
import type { Difference } from "./oracle.ts";
import { differencesOf } from "./tally.ts";

/** A recorded case over all its channels: columns of `summary.csv` by name. */
export type CaseRow = Readonly<Record<string, string>>;

export const CASE_FILE = "dram/summary.csv";

/** The recorded cases of a simulator. */
export function readCaseRows(golden: TextFolder, simulatorId: string): readonly CaseRow[] {
  const [header = "", ...lines] = linesOf(golden.readText(CASE_FILE));
  const columns = header.split(",");
  return lines
    .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [columns[index] ?? "?", cell])))
    .filter((row) => row.sim === simulatorId);
}

/** Columns that are rounded, and to how many digits. */
const rateColumns = [
  ["avg_latency_cycles", 2],
  ["bytes_per_cycle_total", 3],
  ["bytes_per_cycle_per_channel", 3],
  ["act_based_hit_rate", 4],
] as const;

/** The file's mean was taken of means that were rounded to three digits. */
const MEAN_OF_ROUNDED = 0.0056;
const ACCESS_BYTES = 32;

/** Every figure of a recorded case against the sum, or the largest, of our channels. */
export function caseDifferences(row: CaseRow, channels: readonly ReplaySummary[]): readonly Difference[] {
  const total = (figure: (summary: ReplaySummary) => number): number =>
    channels.reduce((sum, summary) => sum + figure(summary), 0);
  const most = (figure: (summary: ReplaySummary) => number): number =>
    channels.reduce((largest, summary) => Math.max(largest, figure(summary)), 0);
  const requests = total((summary) => summary.requests);
  const cycles = most((summary) => summary.cycles);
  const latencySum = total((summary) => (summary.latencyCycles?.mean ?? Number.NaN) * summary.requests);
  const rates = {
    avg_latency_cycles: latencySum / requests,
    bytes_per_cycle_total: (ACCESS_BYTES * requests) / cycles,
    bytes_per_cycle_per_channel: (ACCESS_BYTES * requests) / cycles / channels.length,
    act_based_hit_rate: 1 - total((summary) => summary.activates) / requests,
  };
  const counts = {
    channels_run: channels.length,
    requests,
    max_cycles: cycles,
    max_latency_cycles: most((summary) => summary.latencyCycles?.max ?? Number.NaN),
    ACT: total((summary) => summary.activates),
    PRE: total((summary) => summary.precharges),
    REF: total((summary) => summary.refreshes),
  };
  const where = `case ${row.case}`;
  const expected = Object.fromEntries(Object.keys(counts).map((name) => [name, cellOf(row, name)]));
  return [
    ...differencesOf(where, expected, counts),
    ...rateColumns.flatMap(([column, digits]) => {
      const theirs = cellOf(row, column);
      const isEqual =
        isRounded(rates[column], theirs, digits) ||
        (column === "avg_latency_cycles" && Math.abs(rates[column] - theirs) < MEAN_OF_ROUNDED);
      return isEqual ? [] : differencesOf(where, { [column]: theirs }, { [column]: rates[column] });
    }),
  ];
}

/** A column that is missing or empty is no zero. */
function cellOf(row: CaseRow, column: string): number {
  const cell = row[column];
  return cell === undefined || cell === "" ? Number.NaN : Number(cell);
}
