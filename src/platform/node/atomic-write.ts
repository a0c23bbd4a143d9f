import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { outputFileError } from "./file-errors.ts";

type Pieces = Iterable<string | Uint8Array> | string | Uint8Array;

/**
 * Writes a whole file or nothing: into a new file beside the target, flushed to disk, then renamed over it, so that a
 * killed process leaves the old file or the new one. A link is followed; a device or a pipe is written to as it is.
 * @throws SpattenError `output`.
 */
export async function writeFileAtomically(file: string, pieces: Pieces): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  try {
    if (found === undefined || found.isFile()) {
      await replaceFile(found === undefined ? file : await realpath(file), pieces, found?.mode);
    } else {
      await writeThrough(file, pieces);
    }
  } catch (error) {
    throw outputFileError(error, file);
  }
}

/** A private file stays private: the new one has the permissions of the old. */
async function replaceFile(file: string, pieces: Pieces, mode = 0o666): Promise<void> {
  const partial = join(
    dirname(file),
    `.${basename(file)}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`,
  );
  try {
    const handle = await open(partial, "wx", mode & 0o777);
    try {
      await writeAll(handle, pieces);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Renaming over a device would replace it. */
async function writeThrough(file: string, pieces: Pieces): Promise<void> {
  const handle = await open(file, "w");
  try {
    await writeAll(handle, pieces);
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, pieces: Pieces): Promise<void> {
  const list = typeof pieces === "string" || pieces instanceof Uint8Array ? [pieces] : pieces;
  for (const piece of list) await handle.writeFile(piece);
}
