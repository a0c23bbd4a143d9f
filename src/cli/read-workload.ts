import { abortedError, type Progress } from "../base/checkpoint.ts";
import { readLines, readTextFile } from "../platform/node/read-input.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { readOfficialCsv } from "../workload/official-csv.ts";
import { workloadFromOfficialCsv } from "../workload/official-workload.ts";
import { readWorkload } from "../workload/workload-lines.ts";

const LONGEST_LINE_BYTES = 64 << 20;
const LARGEST_CSV_BYTES = 256 << 20;

/** A workload file: the official release's CSV by its name, else JSON Lines. @throws SpattenError. */
export async function readWorkloadFile(
  file: string,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<AttentionWorkload> {
  if (/\.csv$/i.test(file)) return readCsv(file);
  return readWorkload(untilAborted(readLines(file, LONGEST_LINE_BYTES, onProgress), signal), file);
}

async function readCsv(file: string): Promise<AttentionWorkload> {
  const text = await readTextFile(file, LARGEST_CSV_BYTES);
  return workloadFromOfficialCsv(readOfficialCsv(text, file), file);
}

async function* untilAborted<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  for await (const item of items) {
    if (signal.aborted) throw abortedError();
    yield item;
  }
}
