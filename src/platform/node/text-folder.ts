import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { SpattenError } from "../../base/errors.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import { inputFileError, isFileError } from "./file-errors.ts";

const LARGEST_TEXT_BYTES = 64 << 20;

/**
 * A folder of texts on disk; undefined where there is none. Errors call it `name`, so that what is published of a run
 * holds no path of the machine. @throws SpattenError `input` where it cannot be read.
 */
export function openTextFolder(folder: string, name = folder): TextFolder | undefined {
  try {
    if (!statSync(folder).isDirectory()) return undefined;
  } catch (error) {
    if (isFileError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw inputFileError(error, folder);
  }
  return {
    name,
    exists: (fileName) => isFile(join(folder, inside(fileName))),
    fileNames: (folderName) => namesIn(join(folder, inside(folderName)), `${name}/${folderName}`),
    readText: (fileName) => readText(join(folder, inside(fileName)), `${name}/${fileName}`),
  };
}

/** Names come from the folder's own tables, which may be anybody's. */
function inside(name: string): string {
  if (!/(^|[/\\])\.\.([/\\]|$)/.test(name) && !name.includes("\0")) return name;
  throw new SpattenError("input", "a file name leads out of its folder", {
    got: JSON.stringify(name),
    expected: "a name below the folder",
  });
}

/** A pipe would wait for a writer, and nothing would answer Ctrl-C. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function namesIn(path: string, where: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => isFile(join(path, name)))
      .sort();
  } catch (error) {
    if (isFileError(error, "ENOENT", "ENOTDIR")) return [];
    throw inputFileError(error, where);
  }
}

function readText(path: string, where: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw new SpattenError("missing-data", "no such file", { where });
    if (!found.isFile() || found.size > LARGEST_TEXT_BYTES) throw notText(where);
    const bytes = readFileSync(path);
    return decode(path.endsWith(".gz") ? unpack(bytes, where) : bytes, where);
  } catch (error) {
    throw inputFileError(error, where);
  }
}

function unpack(bytes: Uint8Array, where: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_TEXT_BYTES });
  } catch (cause) {
    throw new SpattenError(
      "input",
      "not a gzip file of a text",
      { where, expected: `at most ${LARGEST_TEXT_BYTES} bytes unpacked` },
      cause,
    );
  }
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText(where);
  }
}

function notText(where: string): SpattenError {
  return new SpattenError("input", "the file is not a text", {
    where,
    expected: `a file of UTF-8, at most ${LARGEST_TEXT_BYTES} bytes`,
  });
}
