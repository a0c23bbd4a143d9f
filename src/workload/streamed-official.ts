import { finish, type Steps } from "../base/checkpoint.ts";
import type { WorkloadJob } from "./attention-workload.ts";
import { OFFICIAL_BEGINNING_LENGTH, officialLineEnd, readOfficialLines } from "./official-csv.ts";
import { createOfficialSurvey } from "./official-header.ts";
import { createRowConverter } from "./official-workload.ts";
import { splitLinesAt } from "./text-lines.ts";
import type { WorkloadSource } from "./workload-source.ts";

/**
 * The workload of an official CSV whose text can be read again, in pieces, of which never more than one is held. The first
 * pass finds the header, the second compares the rows; each later one checks all of it again.
 * @throws SpattenError `workload` with line and column.
 */
export function streamOfficialCsv(pieces: Iterable<string>, where: string): WorkloadSource {
  return finish(streamOfficialCsvSteps(pieces, where));
}

/** The same, resting between rows. */
export function* streamOfficialCsvSteps(pieces: Iterable<string>, where: string): Steps<WorkloadSource> {
  const lineEnd = officialLineEnd(beginningOf(pieces));
  const read = () => readOfficialLines(splitLinesAt(pieces, lineEnd, where), where);
  const survey = createOfficialSurvey(where);
  let configurationName: string | undefined;
  for (const line of read()) {
    if (line.kind === "row") survey.add(line.row);
    else configurationName = line.configurationName;
    yield { stage: "rows read", done: survey.rowCount, total: survey.rowCount };
  }
  const header = survey.header(configurationName);
  const jobs: Iterable<WorkloadJob> = {
    *[Symbol.iterator]() {
      const jobOf = createRowConverter(header, where);
      for (const line of read()) if (line.kind === "row") yield jobOf(line.row, line.lineNumber);
    },
  };
  let done = 0;
  for (const _ of jobs) yield { stage: "rows compared", done: ++done, total: header.jobCount };
  return { header, jobs, isChecked: true };
}

/** As much of a text as tells its line end. */
function beginningOf(pieces: Iterable<string>): string {
  let beginning = "";
  for (const piece of pieces) {
    beginning += piece;
    if (beginning.length >= OFFICIAL_BEGINNING_LENGTH) break;
  }
  return beginning;
}
