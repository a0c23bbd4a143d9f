import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { outputFileError } from "./file-errors.ts";

/**
 * Writes a whole file or nothing: into a new file beside the target, flushed to disk, then renamed over it, so that a
 * killed process leaves the old file or the new one. @throws SpattenError `output`.
 */
export async function writeFileAtomically(
  file: string,
  pieces: Iterable<string | Uint8Array> | string | Uint8Array,
): Promise<void> {
  const partial = join(
    dirname(file),
    `.${basename(file)}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`,
  );
  const list = typeof pieces === "string" || pieces instanceof Uint8Array ? [pieces] : pieces;
  try {
    const handle = await open(partial, "wx");
    try {
      for (const piece of list) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw outputFileError(error, file);
  }
}
