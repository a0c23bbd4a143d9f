import { abortedError, finishWithRests, type Progress, type Steps } from "../base/checkpoint.ts";
import { readLines, readTextFile } from "../platform/node/read-input.ts";
import { repeatableBytes, repeatableLines, repeatableText } from "../platform/node/repeatable-text.ts";
import { createCheckpoint } from "../platform/pace.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { readOfficialCsv } from "../workload/official-csv.ts";
import { workloadFromOfficialCsv } from "../workload/official-workload.ts";
import { streamWorkloadLinesSteps } from "../workload/streamed-lines.ts";
import { streamOfficialCsvSteps } from "../workload/streamed-official.ts";
import { readWorkload } from "../workload/workload-lines.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";

const LONGEST_LINE_BYTES = 64 << 20;
const LARGEST_CSV_BYTES = 256 << 20;
/** Files up to here are read once and held: some 4,000 heads of JSON Lines, or 16,000 rows of CSV. */
const HELD_BYTES = 1 << 20;

/**
 * A workload file: the official release's CSV by its name, else JSON Lines. Above `heldBytes` it is not held but read again
 * in every pass; what cannot be read again, a pipe, is held whatever its length. @throws SpattenError.
 */
export async function readWorkloadFile(
  file: string,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
  heldBytes = HELD_BYTES,
): Promise<WorkloadSource> {
  const isCsv = /\.csv$/i.test(file);
  const bytes = repeatableBytes(file);
  if (bytes === undefined || bytes <= heldBytes) {
    return isCsv ? readCsv(file) : readHeld(file, signal, onProgress);
  }
  // Later passes belong to whoever makes them, and have a progress of their own.
  let isReading = true;
  const whileReading = (progress: Progress): void => {
    if (isReading) onProgress(progress);
  };
  const source = await finishWithRests(streamSteps(file, isCsv, whileReading), createCheckpoint(signal));
  isReading = false;
  return source;
}

function streamSteps(
  file: string,
  isCsv: boolean,
  onProgress: (progress: Progress) => void,
): Steps<WorkloadSource> {
  if (isCsv) return streamOfficialCsvSteps(repeatableText(file, onProgress), file);
  return streamWorkloadLinesSteps(repeatableLines(file, LONGEST_LINE_BYTES, onProgress), file);
}

async function readCsv(file: string): Promise<AttentionWorkload> {
  const text = await readTextFile(file, LARGEST_CSV_BYTES);
  return workloadFromOfficialCsv(readOfficialCsv(text, file), file);
}

function readHeld(
  file: string,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<AttentionWorkload> {
  return readWorkload(untilAborted(readLines(file, LONGEST_LINE_BYTES, onProgress), signal), file);
}

async function* untilAborted<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  for await (const item of items) {
    if (signal.aborted) throw abortedError();
    yield item;
  }
}
