import { basename } from "node:path";
import { recordedTensors } from "../inference/recorder-tensors.ts";
import type { TextRun } from "../inference/text-model.ts";
import { writeFileAtomically } from "../platform/node/atomic-write.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { writeWorkloadLines } from "../workload/workload-lines.ts";

/** Writes a run's attention work; the tensors first, so that a workload never names a sidecar that is not there. */
export async function writeRecordedWorkload(file: string, run: TextRun, withTensors: boolean): Promise<void> {
  if (!withTensors) return writeWorkloadFile(file, run.workload);
  const sidecar = `${file.replace(/\.jsonl$/, "")}.safetensors`;
  await writeFileAtomically(sidecar, recordedTensors(run.workload, run.layers, run.plan));
  const header = { ...run.workload.header, tensors: basename(sidecar) };
  await writeWorkloadFile(file, { ...run.workload, header });
}

/** Writes a workload as JSON Lines. */
export async function writeWorkloadFile(file: string, workload: AttentionWorkload): Promise<void> {
  await writeFileAtomically(file, lines(workload));
}

function* lines(workload: AttentionWorkload): Generator<string> {
  for (const line of writeWorkloadLines(workload)) yield `${line}\n`;
}
