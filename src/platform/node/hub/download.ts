import { rename } from "node:fs/promises";
import { join } from "node:path";
import { abortedError } from "../../../base/checkpoint.ts";
import { isSpattenError } from "../../../base/errors.ts";
import { fileBytes, makeCacheFolder } from "./cache-layout.ts";
import { digestLike, isDigest } from "./digest.ts";
import { fillOnce, type ReportBytes } from "./fill-partial.ts";
import { cacheError, isWrongContent, wrongContent } from "./hub-errors.ts";
import { claimPartialFile } from "./partial-file.ts";
import type { HubAccess, RemoteFile } from "./remote-file.ts";
import { retry } from "./retry.ts";

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
      // A content without a hash cannot tell a bad continuation, so what another process left is of no use.
      if (count > 1 || !isDigest(etag)) await partial.discard();
      await fillPartial(partial.path, remote, access, report);
      const got = isDigest(etag) ? await digestLike(etag, partial.path, access.signal) : etag;
      if (got === etag) break;
      if (count === CONTENT_ATTEMPT_COUNT) throw wrongContent(remote.address, got, etag);
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
