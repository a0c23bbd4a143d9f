import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomically } from "../atomic-write.ts";
import { cacheError } from "./hub-errors.ts";
import { type HubModelId, isCommit } from "./model-id.ts";

/** The folders of one model in the cache, as the hub's own clients lay them out. */
export interface ModelCache {
  /** Contents, each under its etag. */
  readonly blobsFolder: string;
  /** File that holds the commit of the revision. */
  readonly referenceFile: string;
  /** Names of a commit's files, as links to blobs. */
  snapshotFolder(commit: string): string;
}

/** Where a model lies below the cache folder; nothing is created. */
export function modelCache(cacheFolder: string, { repository, revision }: HubModelId): ModelCache {
  const folder = join(cacheFolder, `models--${repository.replace("/", "--")}`);
  return {
    blobsFolder: join(folder, "blobs"),
    referenceFile: join(folder, "refs", ...revision.split("/")),
    snapshotFolder: (commit) => join(folder, "snapshots", commit),
  };
}

/** The commit that the cache knows for a revision, or undefined. */
export async function cachedCommit(cache: ModelCache, revision: string): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const text = await readFile(cache.referenceFile, "utf8").catch(() => "");
  return isCommit(text.trim()) ? text.trim() : undefined;
}

/** Notes the commit of a branch or tag. @throws SpattenError `output`. */
export async function rememberCommit(cache: ModelCache, revision: string, commit: string): Promise<void> {
  if (isCommit(revision) || (await cachedCommit(cache, revision)) === commit) return;
  await makeCacheFolder(dirname(cache.referenceFile));
  await writeFileAtomically(cache.referenceFile, commit);
}

/** Makes a folder of the cache and those above it. @throws SpattenError `output`. */
export async function makeCacheFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw cacheError(error, folder);
  });
}

/** Length of a file, or undefined where there is none: a link to nothing counts as none. */
export async function fileBytes(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}
