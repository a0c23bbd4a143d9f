import { join } from "node:path";
import type { LongCallOptions } from "../../../base/checkpoint.ts";
import { isSpattenError, SpattenError } from "../../../base/errors.ts";
import type { FolderReader } from "../../../base/folder-reader.ts";
import { openFolder } from "../folder.ts";
import { cachedCommit, fileBytes, type ModelCache, modelCache, rememberCommit } from "./cache-layout.ts";
import { downloadBlob } from "./download.ts";
import { type AccessTo, accessOf } from "./hub-access.ts";
import { type HubModelId, isCommit } from "./model-id.ts";
import { askAboutFile, type HubAccess, type RemoteFile } from "./remote-file.ts";
import type { HubSettings } from "./settings.ts";
import { nameInSnapshot } from "./snapshot-link.ts";

/** Every model has it, so that asking for it tells the commit. */
const FIRST_FILE = "config.json";

/**
 * A model of the hub as a folder of one commit: files that the cache has are read from it, others are fetched when
 * they are asked for, and no others. A hub that cannot be reached leaves the commit that the cache knows.
 * @throws SpattenError `missing-model`, `network`, `output` for a cache that cannot be written, `aborted`.
 */
export async function openHubFolder(
  id: HubModelId,
  settings: HubSettings,
  options: LongCallOptions = {},
): Promise<FolderReader> {
  const name = id.revision === "main" ? id.repository : `${id.repository}@${id.revision}`;
  const cache = modelCache(settings.cacheFolder, id);
  const cached = await cachedCommit(cache, id.revision);
  const cachedFolder = cached === undefined ? undefined : cache.snapshotFolder(cached);
  const hasCached =
    cachedFolder !== undefined && (await fileBytes(join(cachedFolder, FIRST_FILE))) !== undefined;
  if (settings.isOffline) {
    if (!hasCached) throw notCached(name, settings.cacheFolder);
    return { ...(await openFolder(cachedFolder)), name };
  }
  const access = await accessOf(id, settings, options);
  if (hasCached && isCommit(id.revision)) {
    return fetchingFolder({ name, id, cache, commit: id.revision, access, options, facts: new Map() });
  }
  const patience = hasCached ? { ...settings.patience, attemptCount: 1 } : settings.patience;
  const first = await firstFile(name, { ...access(FIRST_FILE, id.revision), patience }).catch(
    (error: unknown) => {
      if (hasCached && isSpattenError(error) && error.code === "network") return undefined;
      throw error;
    },
  );
  if (first === undefined) return { ...(await openFolder(cachedFolder!)), name };
  const facts = new Map([[FIRST_FILE, first]]);
  return fetchingFolder({ name, id, cache, commit: first.commit, access, options, facts });
}

async function firstFile(name: string, access: HubAccess): Promise<RemoteFile> {
  const first = await askAboutFile(access, { isRevisionSure: false });
  if (first === undefined) throw lacksFile(name, FIRST_FILE);
  return first;
}

interface FetchingFolder {
  readonly name: string;
  readonly id: HubModelId;
  readonly cache: ModelCache;
  readonly commit: string;
  readonly access: AccessTo;
  readonly options: LongCallOptions;
  /** What is known of files that were asked about. */
  readonly facts: Map<string, RemoteFile | undefined>;
}

async function fetchingFolder(of: FetchingFolder): Promise<FolderReader> {
  const { name, id, cache, commit, access, facts } = of;
  const snapshot = cache.snapshotFolder(commit);
  const isCached = async (fileName: string) => (await fileBytes(join(snapshot, fileName))) !== undefined;
  const ask = async (fileName: string): Promise<RemoteFile | undefined> => {
    if (!facts.has(fileName)) {
      facts.set(fileName, await askAboutFile(access(fileName, commit), { isRevisionSure: true }));
    }
    return facts.get(fileName);
  };
  const makeSure = async (fileName: string): Promise<void> => {
    if (await isCached(fileName)) return rememberCommit(cache, id.revision, commit);
    const remote = await ask(fileName);
    if (remote === undefined) throw lacksFile(name, fileName);
    await downloadBlob(cache.blobsFolder, remote, access(fileName, commit), (progress) =>
      of.options.onProgress?.({ stage: fileName, ...progress }),
    );
    await nameInSnapshot(join(cache.blobsFolder, remote.etag), join(snapshot, fileName));
    await rememberCommit(cache, id.revision, commit);
  };
  const inCache = async (fileName: string): Promise<FolderReader> => {
    await makeSure(fileName);
    return openFolder(snapshot);
  };
  const readBytes = async (fileName: string): Promise<Uint8Array> =>
    (await inCache(fileName)).readBytes(fileName);
  return {
    name,
    exists: async (fileName) => (await isCached(fileName)) || (await ask(fileName)) !== undefined,
    readBytes,
    ranges: {
      byteLength: async (fileName) => (await inCache(fileName)).ranges!.byteLength(fileName),
      // Whoever reads a piece has asked for the length before.
      readInto: async (fileName, position, target) =>
        (await openFolder(snapshot)).ranges!.readInto(fileName, position, target),
    },
    readText: async (fileName) => new TextDecoder().decode(await readBytes(fileName)),
  };
}

function lacksFile(name: string, fileName: string): SpattenError {
  return new SpattenError("missing-model", "the model lacks a file", { where: name, expected: fileName });
}

function notCached(name: string, cacheFolder: string): SpattenError {
  return new SpattenError("missing-model", "the model is not in the cache, and HF_HUB_OFFLINE is set", {
    where: name,
    expected: `it below ${cacheFolder}`,
    hint: "load it once without HF_HUB_OFFLINE",
  });
}
