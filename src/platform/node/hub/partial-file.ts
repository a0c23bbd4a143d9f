import { randomBytes } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileBytes } from "./cache-layout.ts";

// Two processes may fetch the same content at once. Each writes into a file with its own name; what one leaves behind,
// stopped or killed, the next takes over by renaming it, which only one can do. Names of other clients differ.

/** A file that one process fills. */
export interface PartialFile {
  readonly path: string;
  /** Leaves what is there for the next attempt of anyone. */
  release(): Promise<void>;
  discard(): Promise<void>;
}

/** An own partial file for a content, with what an earlier attempt left where there is something. */
export async function claimPartialFile(blobsFolder: string, etag: string): Promise<PartialFile> {
  const owned = `${etag}.spatten-${hostName()}-${process.pid}-${randomBytes(4).toString("hex")}.incomplete`;
  const path = join(blobsFolder, owned);
  const free = join(blobsFolder, `${etag}.spatten.incomplete`);
  for (const left of [free, ...(await leftByTheDead(blobsFolder, etag))]) {
    const isMine = await rename(left, path).then(
      () => true,
      () => false,
    );
    if (isMine) break;
  }
  return {
    path,
    release: async () => {
      const keeps = ((await fileBytes(path)) ?? 0) > 0;
      await (keeps ? rename(path, free) : rm(path, { force: true })).catch(() => undefined);
    },
    discard: () => rm(path, { force: true }).catch(() => undefined),
  };
}

/** Partial files of processes of this machine that run no more. */
async function leftByTheDead(blobsFolder: string, etag: string): Promise<string[]> {
  const prefix = `${etag}.spatten-${hostName()}-`;
  const names = await readdir(blobsFolder).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith(".incomplete"))
    .filter((name) => !isRunning(Number(/^\d+/.exec(name.slice(prefix.length))?.[0] ?? process.pid)))
    .map((name) => join(blobsFolder, name));
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return error instanceof Error && "code" in error && error.code !== "ESRCH";
  }
}

function hostName(): string {
  return hostname()
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, 40);
}
