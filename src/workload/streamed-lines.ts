import { finish, type Steps } from "../base/checkpoint.ts";
import type { WorkloadJob } from "./attention-workload.ts";
import { createLineReader } from "./workload-lines.ts";
import type { WorkloadSource } from "./workload-source.ts";

/**
 * The workload of lines that can be read again, of which never more than one is held. All of them are read and checked
 * here, and checked again in each later pass. @throws SpattenError `workload` with the line number.
 */
export function streamWorkloadLines(lines: Iterable<string>, where: string): WorkloadSource {
  return finish(streamWorkloadLinesSteps(lines, where));
}

/** The same, resting between lines. */
export function* streamWorkloadLinesSteps(lines: Iterable<string>, where: string): Steps<WorkloadSource> {
  const reader = createLineReader(where);
  let done = 0;
  let total = 1;
  for (const line of lines) {
    const item = reader.read(line);
    if (item?.kind === "header") total += item.header.jobCount;
    if (item !== undefined) yield { stage: "lines read", done: ++done, total };
  }
  const header = reader.end();
  return { header, jobs: { [Symbol.iterator]: () => jobsIn(lines, where) }, isChecked: true };
}

function* jobsIn(lines: Iterable<string>, where: string): Generator<WorkloadJob> {
  const reader = createLineReader(where);
  for (const line of lines) {
    const item = reader.read(line);
    if (item?.kind === "job") yield item.job;
  }
  reader.end();
}
