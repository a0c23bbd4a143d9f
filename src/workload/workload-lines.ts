import { SpattenError } from "../base/errors.ts";
import { parseJsonText } from "../base/json-text.ts";
import type { AttentionWorkload, WorkloadHeader, WorkloadJob } from "./attention-workload.ts";
import { checkLineLength } from "./text-lines.ts";
import { checkJobCount, createJobChecker, parseHeader, parseJob } from "./workload-checks.ts";

/** What a line of a workload file says. */
export type WorkloadItem =
  | { readonly kind: "header"; readonly header: WorkloadHeader }
  | { readonly kind: "job"; readonly job: WorkloadJob };

/** Takes a workload file line by line. */
export interface WorkloadLineReader {
  /** What the next line says, checked; undefined for a blank one. @throws SpattenError `workload` with the line number. */
  read(line: string): WorkloadItem | undefined;
  /** The header, once no line is left. @throws SpattenError `workload` for a file that is empty or cut off. */
  end(): WorkloadHeader;
}

/** A reader at the first line of a file; `where` names it. */
export function createLineReader(where: string): WorkloadLineReader {
  let header: WorkloadHeader | undefined;
  let check: ReturnType<typeof createJobChecker> | undefined;
  let jobCount = 0;
  let lineNumber = 0;
  return {
    read: (line) => {
      lineNumber++;
      checkLineLength(line.length, where, lineNumber);
      if (line.trim() === "") return undefined;
      const at = `${where}: line ${lineNumber}`;
      const value = parseJsonText(line, { code: "workload", what: "the line", where, firstLine: lineNumber });
      if (header === undefined || check === undefined) {
        header = parseHeader(value, at);
        check = createJobChecker(header);
        return { kind: "header", header };
      }
      jobCount++;
      if (jobCount > header.jobCount) checkJobCount(header, jobCount, at);
      const job = parseJob(value, at);
      check(job, at);
      return { kind: "job", job };
    },
    end: () => {
      if (header === undefined) {
        throw new SpattenError("workload", "the workload is empty", {
          where,
          expected: "a header line, then a line for each job",
        });
      }
      checkJobCount(header, jobCount, `${where}: line ${lineNumber}`);
      return header;
    },
  };
}

/**
 * The header and then each job of a workload in JSON Lines, checked as they come; blank lines are skipped. A file that
 * is cut off shows only at its end, so that results before the end are provisional.
 * @throws SpattenError `workload` with the line number.
 */
export async function* readWorkloadJobs(
  lines: AsyncIterable<string> | Iterable<string>,
  where: string,
): AsyncGenerator<WorkloadItem, void, undefined> {
  const reader = createLineReader(where);
  for await (const line of lines) {
    const item = reader.read(line);
    if (item !== undefined) yield item;
  }
  reader.end();
}

/** A whole workload from its lines. @throws SpattenError `workload` with the line number. */
export async function readWorkload(
  lines: AsyncIterable<string> | Iterable<string>,
  where: string,
): Promise<AttentionWorkload> {
  let header: WorkloadHeader | undefined;
  const jobs: WorkloadJob[] = [];
  for await (const item of readWorkloadJobs(lines, where)) {
    if (item.kind === "header") header = item.header;
    else jobs.push(item.job);
  }
  return { header: header!, jobs };
}

/**
 * The lines of a workload file, without line ends; put "\n" after each. Keys stand in the order of the schema, so equal
 * workloads give equal bytes. @throws SpattenError `workload` for a workload that could not be read back.
 */
export function* writeWorkloadLines(workload: AttentionWorkload): Generator<string, void, undefined> {
  const where = "workload to be written";
  const header = parseHeader(workload.header, `${where}: header`);
  checkJobCount(header, workload.jobs.length, where);
  const check = createJobChecker(header);
  yield JSON.stringify(header);
  for (const [index, job] of workload.jobs.entries()) {
    const at = `${where}: job ${index}`;
    const parsed = parseJob(job, at);
    check(parsed, at);
    yield JSON.stringify(parsed);
  }
}
