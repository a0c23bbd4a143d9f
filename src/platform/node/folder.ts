import { access, type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSpattenError, SpattenError } from "../../base/errors.ts";
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
      expected:
        "a folder with config.json, model.safetensors and tokenizer.json, or a model in one .gguf file",
      hint: "`spatten list models` shows the bundled ones; `owner/name` is one of the hub",
    });
  }
  const withFile = async <Result>(
    fileName: string,
    use: (handle: FileHandle) => Promise<Result>,
  ): Promise<Result> => {
    const file = join(folder, fileName);
    try {
      const handle = await open(file);
      try {
        return await use(handle);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isSpattenError(error)) throw error;
      if (isFileError(error, "ENOENT")) {
        throw new SpattenError("missing-model", "the model folder lacks a file", {
          where: folder,
          expected: fileName,
        });
      }
      throw inputFileError(error, file);
    }
  };
  const readBytes = (fileName: string): Promise<Uint8Array> =>
    withFile(fileName, (handle) => handle.readFile());
  return {
    name: folder,
    readBytes,
    ranges: {
      byteLength: (fileName) => withFile(fileName, async (handle) => (await handle.stat()).size),
      readInto: (fileName, position, target) =>
        withFile(fileName, (handle) => fill(handle, position, target, join(folder, fileName))),
    },
    readText: async (fileName) => new TextDecoder().decode(await readBytes(fileName)),
    list: async () => {
      try {
        return await readdir(folder);
      } catch (error) {
        throw inputFileError(error, folder);
      }
    },
    exists: (fileName) =>
      access(join(folder, fileName)).then(
        () => true,
        () => false,
      ),
  };
}

/** A model in one file: the folder that it lies in, under the file's own name. @throws SpattenError `missing-model`. */
export async function openModelFile(file: string): Promise<FolderReader> {
  return { ...(await openFolder(dirname(file))), name: file, namedFile: basename(file) };
}

/** The system reads at most 2 GiB at once. */
const LONGEST_READ_BYTES = 2 ** 30;

async function fill(handle: FileHandle, position: number, target: Uint8Array, where: string): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const wanted = Math.min(LONGEST_READ_BYTES, target.length - done);
    const { bytesRead } = await handle.read(target, done, wanted, position + done);
    if (bytesRead === 0) {
      throw new SpattenError("checkpoint", "the file ended while it was read", {
        where,
        got: `${position + done} bytes`,
        expected: `at least ${position + target.length}`,
      });
    }
    done += bytesRead;
  }
}
