import { randomBytes } from "node:crypto";
import { copyFile, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isFileError } from "../file-errors.ts";
import { makeCacheFolder } from "./cache-layout.ts";
import { cacheError } from "./hub-errors.ts";

type MakeLink = (target: string, path: string) => Promise<void>;

/**
 * Names a content in a snapshot: a relative link, so that the cache may be moved as a whole, or a copy where the file
 * system or the user's rights refuse links. It is there at once or not at all. @throws SpattenError `output`.
 */
export async function nameInSnapshot(
  blob: string,
  snapshotFile: string,
  makeLink: MakeLink = symlink,
): Promise<void> {
  const folder = dirname(snapshotFile);
  await makeCacheFolder(folder);
  const temporary = join(folder, `.tmp-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    await makeLink(relative(folder, blob), temporary).catch(async (error: unknown) => {
      if (!isFileError(error, "EPERM", "EACCES", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL")) throw error;
      await copyFile(blob, temporary);
    });
    await rename(temporary, snapshotFile);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cacheError(error, snapshotFile);
  }
}
