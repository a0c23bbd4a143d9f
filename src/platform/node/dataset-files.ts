import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SpattenError } from "../../base/errors.ts";
import { inputFileError, isFileError } from "./file-errors.ts";
import { readByteFile, readTextFile } from "./read-input.ts";

const LARGEST_FILE_BYTES = 256 << 20;

/**
 * Files of a data set on disk: a folder, or the one file that is named. @throws SpattenError `missing-data` where there
 * is nothing of that name.
 */
export async function openDatasetFiles(path: string) {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      if (!isFileError(error, "ENOENT", "ENOTDIR")) throw inputFileError(error, path);
      throw new SpattenError("missing-data", "no such data set", {
        where: path,
        expected: "a file or a folder",
      });
    },
  );
  const folder = isFolder ? path : dirname(path);
  const only = isFolder ? {} : { fileName: basename(path) };
  const inFolder = (fileName: string): string => join(folder, fileName);
  /** A pipe would wait for a writer, and nothing would answer Ctrl-C. */
  const isFile = async (fileName: string): Promise<boolean> =>
    stat(inFolder(fileName)).then(
      (found) => found.isFile(),
      () => false,
    );
  const require = async (fileName: string): Promise<string> => {
    if (await isFile(fileName)) return inFolder(fileName);
    throw new SpattenError("missing-data", "the data set lacks a file", { where: path, expected: fileName });
  };
  return {
    name: path,
    ...only,
    exists: isFile,
    readText: async (fileName: string) => readTextFile(await require(fileName), LARGEST_FILE_BYTES),
    readBytes: async (fileName: string) =>
      readByteFile(await require(fileName), LARGEST_FILE_BYTES, "the data set"),
  };
}
