import { answerError, isPassing } from "./hub-errors.ts";
import { type HubAnswer, requestHub } from "./hub-request.ts";
import { attemptOfStatus, type RetryOptions, retry } from "./retry.ts";

/** What the hub says about a file before it is fetched. */
export interface RemoteFile {
  readonly address: string;
  readonly commit: string;
  /** Name of the content in the cache: SHA-256 of large files, Git's SHA-1 of the others. */
  readonly etag: string;
  /** Undefined where the hub does not say. */
  readonly totalBytes: number | undefined;
}

export interface HubAccess extends RetryOptions {
  readonly token: string | undefined;
}

/**
 * Asks about a file; undefined where the model lacks it. Only a hub that tells why (X-Error-Code) can say so of a
 * revision that it may not have. @throws SpattenError `missing-model`, `network`, `aborted`.
 */
export async function askAboutFile(
  access: HubAccess,
  { isRevisionSure }: { readonly isRevisionSure: boolean },
): Promise<RemoteFile | undefined> {
  const { address, token } = access;
  return retry<RemoteFile | undefined>(async ({ signal }) => {
    const answer = await requestHub({ method: "HEAD", address, token, signal });
    const { status, headers } = answer.response;
    if (status === 404) {
      const reason = headers.get("x-error-code");
      const isFileMissing = reason === null ? isRevisionSure : reason === "EntryNotFound";
      if (isFileMissing) return { kind: "done", value: undefined };
    }
    if (status >= 400 || isPassing(status)) return attemptOfStatus(answer.response, address);
    return { kind: "done", value: remoteFileOf(answer, address) };
  }, access);
}

function remoteFileOf({ response, trail }: HubAnswer, address: string): RemoteFile {
  const header = (name: string) => trail.map((headers) => headers.get(name)).find((value) => value !== null);
  const commit = header("x-repo-commit") ?? "";
  const etag = plainEtag(header("x-linked-etag") ?? header("etag") ?? "");
  // Both become names in the cache, so that they must not lead out of it.
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw answerError(
      "the answer names no commit",
      address,
      JSON.stringify(commit),
      "an X-Repo-Commit header",
    );
  }
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(etag)) {
    throw answerError("the answer names no content", address, JSON.stringify(etag), "an ETag header");
  }
  const length = header("x-linked-size") ?? (response.status === 200 ? header("content-length") : undefined);
  const totalBytes = /^\d{1,15}$/.test(length ?? "") ? Number(length) : undefined;
  return { address, commit, etag, totalBytes };
}

function plainEtag(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, "")
    .replace(/^"(.*)"$/, "$1");
}
