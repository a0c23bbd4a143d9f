import { access, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import { inputFileError, isFileError } from "./file-errors.ts";

/** A folder on disk. @throws SpattenError `missing-model` where there is no such folder. */
export async function openFolder(folder: string): Promise<FolderReader> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isFileError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw inputFileError(error, folder);
  });
  if (found === undefined || !found.isDirectory()) {
    throw new SpattenError("missing-model", "no such model folder", {
      where: folder,
      expected: "a folder with config.json, model.safetensors and tokenizer.json",
      hint: "`spatten list models` shows the bundled ones; `owner/name` is one of the hub",
    });
  }
  const readBytes = async (fileName: string): Promise<Uint8Array> => {
    const file = join(folder, fileName);
    try {
      const handle = await open(file);
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isFileError(error, "ENOENT")) {
        throw new SpattenError("missing-model", "the model folder lacks a file", {
          where: folder,
          expected: fileName,
        });
      }
      throw inputFileError(error, file);
    }
  };
  return {
    name: folder,
    readBytes,
    readText: async (fileName) => new TextDecoder().decode(await readBytes(fileName)),
    exists: (fileName) =>
      access(join(folder, fileName)).then(
        () => true,
        () => false,
      ),
  };
}
