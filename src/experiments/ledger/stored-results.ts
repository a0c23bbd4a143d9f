import { SpattenError } from "../../base/errors.ts";
import { parseJsonText } from "../../base/json-text.ts";
import { parseWith } from "../../base/schema.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import { type StoredResult, storedResultSchema } from "./stored-result.ts";

const SUFFIX = ".json";

/**
 * The stored results of a folder, by file name; none without a folder. @throws SpattenError `input` for a file that is no
 * stored result, or that has another id than its name.
 */
export function readStoredResults(folder: TextFolder | undefined): readonly StoredResult[] {
  if (folder === undefined) return [];
  return folder
    .fileNames("")
    .filter((fileName) => fileName.endsWith(SUFFIX))
    .map((fileName) =>
      parseStoredResult(
        folder.readText(fileName),
        `${folder.name}/${fileName}`,
        fileName.slice(0, -SUFFIX.length),
      ),
    );
}

function parseStoredResult(text: string, where: string, id: string): StoredResult {
  const result = parseWith(
    storedResultSchema,
    parseJsonText(text, { what: "stored result", where, code: "input" }),
    { what: "stored result", where, code: "input" },
  );
  if (result.id === id) return result;
  throw new SpattenError("input", "a stored result has another id than its file", {
    ...{ where, got: result.id, expected: id },
  });
}
