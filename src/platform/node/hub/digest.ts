import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** True where an etag is a hash of the content, so that the content can be checked. */
export function isDigest(etag: string): boolean {
  return /^(?:[0-9a-f]{64}|[0-9a-f]{40})$/.test(etag);
}

/** The file's hash in the form of the etag: SHA-256 for 64 hex digits, Git's SHA-1 of a blob for 40. */
export async function digestLike(etag: string, file: string, signal?: AbortSignal): Promise<string> {
  const hash = etag.length === 64 ? createHash("sha256") : gitBlobHash((await stat(file)).size);
  const stream = createReadStream(file, {
    highWaterMark: 1 << 20,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** Git hashes the length before the content. */
function gitBlobHash(totalBytes: number): Hash {
  return createHash("sha1").update(`blob ${totalBytes}\0`);
}
