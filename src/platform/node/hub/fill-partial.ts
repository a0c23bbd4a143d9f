import { type FileHandle, open } from "node:fs/promises";
import type { Progress } from "../../../base/checkpoint.ts";
import { isSpattenError } from "../../../base/errors.ts";
import { answerError, cacheError, connectionError, wrongContent } from "./hub-errors.ts";
import { requestHub, type StallGuard } from "./hub-request.ts";
import type { RemoteFile } from "./remote-file.ts";
import { type Attempt, attemptOfStatus } from "./retry.ts";

export type ReportBytes = (progress: Pick<Progress, "done" | "total">) => void;

/**
 * One request for what the partial file lacks. @throws SpattenError for an answer that waiting does not change, and
 * `output` for a disk that does not take it.
 */
export async function fillOnce(
  file: string,
  { address, totalBytes }: RemoteFile,
  token: string | undefined,
  guard: StallGuard,
  report: ReportBytes,
): Promise<Attempt<true>> {
  const handle = await onDisk(open(file, "a"), file);
  try {
    let startBytes = (await onDisk(handle.stat(), file)).size;
    if (totalBytes !== undefined && startBytes > totalBytes) startBytes = await empty(handle, file);
    if (startBytes > 0 && startBytes === totalBytes) return { kind: "done", value: true };
    const headers = startBytes === 0 ? {} : { range: `bytes=${startBytes}-` };
    const { response } = await requestHub({ method: "GET", address, token, headers, signal: guard.signal });
    const isContinued =
      response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${startBytes}-`);
    if (!isContinued) {
      if (startBytes > 0) startBytes = await empty(handle, file);
      if (response.status !== 200) await response.body?.cancel();
      if (response.status === 206 || response.status === 416) {
        return { kind: "again", error: connectionError("an answer to another range", address) };
      }
      if (response.status !== 200) return attemptOfStatus(response, address);
    }
    return await appendBody(handle, response, { startBytes, totalBytes, address, guard, report, file });
  } finally {
    await handle.close();
  }
}

interface BodyTarget {
  readonly file: string;
  readonly address: string;
  readonly startBytes: number;
  readonly totalBytes: number | undefined;
  readonly guard: StallGuard;
  readonly report: ReportBytes;
}

async function appendBody(
  handle: FileHandle,
  response: Response,
  target: BodyTarget,
): Promise<Attempt<true>> {
  const { file, address, totalBytes, guard, report } = target;
  let doneBytes = target.startBytes;
  try {
    for await (const chunk of response.body ?? []) {
      doneBytes += chunk.length;
      if (totalBytes !== undefined && doneBytes > totalBytes)
        throw wrongContent(address, "more", `${totalBytes} bytes`);
      await onDisk(handle.writeFile(chunk), file);
      guard.touch();
      report({ done: doneBytes, total: totalBytes ?? doneBytes });
    }
    await onDisk(handle.sync(), file);
  } catch (error) {
    if (isSpattenError(error)) throw error;
    return { kind: "again", error: connectionError(error, address) };
  }
  if (totalBytes === undefined || doneBytes === totalBytes) return { kind: "done", value: true };
  const what = "the hub sent a part of the file";
  return { kind: "again", error: answerError(what, address, `${doneBytes} bytes`, `${totalBytes} bytes`) };
}

async function empty(handle: FileHandle, file: string): Promise<0> {
  await onDisk(handle.truncate(0), file);
  return 0;
}

/** A disk that fails is no matter of the connection. */
function onDisk<Value>(work: Promise<Value>, file: string): Promise<Value> {
  return work.catch((error: unknown) => {
    throw cacheError(error, file);
  });
}
