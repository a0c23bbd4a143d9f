import { type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { abortedError, type Progress } from "../../../base/checkpoint.ts";
import { isSpattenError, SpattenError } from "../../../base/errors.ts";
import { fileBytes, makeCacheFolder } from "./cache-layout.ts";
import { digestLike, isDigest } from "./digest.ts";
import { answerError, cacheError, connectionError } from "./hub-errors.ts";
import { requestHub, type StallGuard } from "./hub-request.ts";
import { claimPartialFile } from "./partial-file.ts";
import type { HubAccess, RemoteFile } from "./remote-file.ts";
import { type Attempt, attemptOfStatus, retry } from "./retry.ts";

export type ReportBytes = (progress: Pick<Progress, "done" | "total">) => void;

/** A content with a wrong hash is fetched once more as a whole: what it was continued from may have been bad. */
const CONTENT_ATTEMPT_COUNT = 2;

/**
 * Brings a content into the cache under its etag: resumed where a part is there, checked against its hash, then
 * renamed. @throws SpattenError `network`, `missing-model`, `output` for a cache that cannot be written, `aborted`.
 */
export async function downloadBlob(
  blobsFolder: string,
  remote: RemoteFile,
  access: HubAccess,
  report: ReportBytes,
): Promise<void> {
  const { etag, totalBytes } = remote;
  const blob = join(blobsFolder, etag);
  const present = await fileBytes(blob);
  if (present !== undefined && (totalBytes === undefined || present === totalBytes)) return;
  await makeCacheFolder(blobsFolder);
  const partial = await claimPartialFile(blobsFolder, etag);
  try {
    for (let count = 1; ; count++) {
      // A content without a hash cannot tell a bad continuation, so it is always fetched whole.
      if (count > 1 || !isDigest(etag)) await partial.discard();
      await fillPartial(partial.path, remote, access, report);
      const got = isDigest(etag) ? await digestLike(etag, partial.path, access.signal) : etag;
      if (got === etag) break;
      if (count === CONTENT_ATTEMPT_COUNT) throw wrongHash(remote.address, got, etag);
    }
    await rename(partial.path, blob);
  } catch (error) {
    const canGoOn = isSpattenError(error) ? error.code !== "output" : access.signal?.aborted === true;
    await (canGoOn && !isWrongContent(error) ? partial.release() : partial.discard());
    if (access.signal?.aborted === true) throw abortedError();
    throw cacheError(error, blobsFolder);
  }
}

async function fillPartial(
  file: string,
  remote: RemoteFile,
  access: HubAccess,
  report: ReportBytes,
): Promise<void> {
  let mostBytes = (await fileBytes(file)) ?? 0;
  await retry(async (guard) => {
    const outcome = await fillOnce(file, remote, access.token, guard, report);
    const nowBytes = (await fileBytes(file)) ?? 0;
    const hasAdvanced = nowBytes > mostBytes;
    mostBytes = Math.max(mostBytes, nowBytes);
    return outcome.kind === "again" ? { ...outcome, hasAdvanced } : outcome;
  }, access);
}

async function fillOnce(
  file: string,
  { address, totalBytes }: RemoteFile,
  token: string | undefined,
  guard: StallGuard,
  report: ReportBytes,
): Promise<Attempt<true>> {
  const handle = await open(file, "a").catch((error: unknown) => {
    throw cacheError(error, file);
  });
  try {
    let startBytes = (await handle.stat()).size;
    if (totalBytes !== undefined && startBytes > totalBytes) startBytes = await empty(handle);
    if (startBytes > 0 && startBytes === totalBytes) return { kind: "done", value: true };
    const headers = startBytes === 0 ? {} : { range: `bytes=${startBytes}-` };
    const { response } = await requestHub({ method: "GET", address, token, headers, signal: guard.signal });
    const isContinued =
      response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${startBytes}-`);
    if (!isContinued) {
      if (startBytes > 0) startBytes = await empty(handle);
      if (response.status === 206 || response.status === 416) {
        await response.body?.cancel();
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
      if (totalBytes !== undefined && doneBytes > totalBytes) throw tooMany(address, totalBytes);
      await handle.writeFile(chunk).catch((error: unknown) => {
        throw cacheError(error, file);
      });
      guard.touch();
      report({ done: doneBytes, total: totalBytes ?? doneBytes });
    }
    await handle.sync();
  } catch (error) {
    if (isSpattenError(error)) throw error;
    return { kind: "again", error: connectionError(error, address) };
  }
  if (totalBytes === undefined || doneBytes === totalBytes) return { kind: "done", value: true };
  const what = "the hub sent a part of the file";
  return { kind: "again", error: answerError(what, address, `${doneBytes} bytes`, `${totalBytes} bytes`) };
}

async function empty(handle: FileHandle): Promise<0> {
  await handle.truncate(0);
  return 0;
}

const WRONG_CONTENT = "the download is not what the hub announced";

function wrongHash(address: string, got: string, etag: string): SpattenError {
  return new SpattenError("network", WRONG_CONTENT, {
    where: address,
    got,
    expected: etag,
    hint: "try again",
  });
}

function tooMany(address: string, totalBytes: number): SpattenError {
  const expected = `${totalBytes} bytes`;
  return new SpattenError("network", WRONG_CONTENT, { where: address, got: "more", expected });
}

function isWrongContent(error: unknown): boolean {
  return isSpattenError(error) && error.message.includes(WRONG_CONTENT);
}
