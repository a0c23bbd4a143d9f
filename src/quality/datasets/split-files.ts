import { SpattenError } from "../../base/errors.ts";
import {
  type Dataset,
  type DatasetFiles,
  type DatasetFormat,
  type Example,
  type Split,
  type SplitName,
  splitNames,
} from "./dataset.ts";

/** Names that data sets give the file of a split, without extension. */
const fileStems: Readonly<Record<SplitName, readonly string[]>> = {
  test: ["test"],
  validation: ["validation", "valid", "val", "dev"],
  train: ["train"],
};

/** How the text of one file becomes rows. */
export type ParseSplit = (text: string, where: string) => Pick<Split, "rows"> & Partial<Split>;

/** What sets apart a layout with one file for each split. */
export interface SplitFileFormat extends Omit<DatasetFormat, "recognizes" | "open"> {
  /** With the dot. */
  readonly extension: string;
  readonly parse: ParseSplit;
  /** Whether a folder with such files is of this layout; by default each is. */
  readonly recognizesFolder?: (files: DatasetFiles) => Promise<boolean>;
}

/** A layout with one file for each split, such as `train.csv` and `test.csv`; a single file is the split that it is named after, else `test`. */
export function splitFileFormat({
  extension,
  parse,
  recognizesFolder = async () => true,
  ...about
}: SplitFileFormat): DatasetFormat {
  return {
    ...about,
    recognizes: async (files) => {
      if (files.fileName !== undefined) return files.fileName.endsWith(extension) && recognizesFolder(files);
      return (await splitFiles(files, extension)).size > 0 && recognizesFolder(files);
    },
    open: async (files) => datasetOf(files, about.id, await splitFiles(files, extension), extension, parse),
  };
}

async function splitFiles(files: DatasetFiles, extension: string): Promise<Map<SplitName, string>> {
  const found = new Map<SplitName, string>();
  if (files.fileName !== undefined) {
    const stem = files.fileName.replace(/\.[^.]*$/, "");
    const named = stemRows.find(([, stems]) => stems.includes(stem));
    return found.set(named?.[0] ?? "test", files.fileName);
  }
  for (const [split, stems] of stemRows) {
    for (const stem of stems) {
      if (!found.has(split) && (await files.exists(stem + extension))) found.set(split, stem + extension);
    }
  }
  return found;
}

const stemRows = Object.entries(fileStems) as [SplitName, readonly string[]][];

function datasetOf(
  files: DatasetFiles,
  format: string,
  fileOf: ReadonlyMap<SplitName, string>,
  extension: string,
  parse: ParseSplit,
): Dataset {
  if (fileOf.size === 0) {
    throw new SpattenError("missing-data", "the folder has no file of a split", {
      where: files.name,
      expected: `test${extension}, validation${extension} or train${extension}`,
    });
  }
  return {
    name: files.name,
    format,
    splitNames: [...fileOf.keys()],
    readSplit: async (name) => {
      const fileName = fileOf.get(name);
      if (fileName === undefined) throw noSuchSplit(files.name, name, [...fileOf.keys()]);
      return requireRows({ documents: [], ...parse(await files.readText(fileName), fileName) }, fileName);
    },
  };
}

/** The error for a split that a data set does not have. */
export function noSuchSplit(where: string, name: string, known: readonly string[]): SpattenError {
  return new SpattenError("missing-data", "the data set has no such split", {
    where,
    got: name,
    expected: `one of ${known.join(", ")}`,
  });
}

/** The split of that name, or the first one to evaluate that is there. @throws SpattenError `missing-data`. */
export function splitOf(dataset: Dataset, wanted: string | undefined): SplitName {
  const found = splitNames.find((name) =>
    wanted === undefined ? dataset.splitNames.includes(name) : name === wanted,
  );
  if (found !== undefined && dataset.splitNames.includes(found)) return found;
  throw noSuchSplit(dataset.name, wanted ?? "none", dataset.splitNames);
}

/** The split, if it has a row. @throws SpattenError `input`. */
export function requireRows(split: Split, where: string): Split {
  const first: Example | undefined = split.rows[0];
  if (first !== undefined) return split;
  throw new SpattenError("input", "the file holds no row", { where, expected: "at least one" });
}
