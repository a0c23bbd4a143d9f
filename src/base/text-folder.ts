/**
 * Read access without waiting to a folder of small texts, for computations that are generators of `Steps`; given by the
 * edge that has a disk. Names have `/` between their parts.
 */
export interface TextFolder {
  /** Name for messages, such as the path that the user gave. */
  readonly name: string;
  exists(fileName: string): boolean;
  /** Names of the files directly in a folder below this one, sorted; none where there is no such folder. */
  fileNames(folderName: string): readonly string[];
  /** The text of a file, unpacked where its name ends in `.gz`. @throws SpattenError `missing-data`, `input`. */
  readText(fileName: string): string;
}

/** The lines of a text without the last line end. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
