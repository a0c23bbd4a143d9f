import { SpattenError } from "../../base/errors.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import { clinc150Format } from "./clinc150.ts";
import { banking77Format, csvFormat } from "./csv.ts";
import type { Dataset, DatasetFiles, DatasetFormat } from "./dataset.ts";
import { glueFormat } from "./glue.ts";
import { jsonLinesFormat } from "./json-lines.ts";
import { plainTextFormat } from "./plain-text.ts";
import { speechCommandsFormat } from "./speech-commands.ts";
import { squadFormat } from "./squad.ts";

/** Layouts of data sets; the first that recognizes the files reads them. */
export const datasetFormats: Registry<DatasetFormat> = [
  clinc150Format,
  banking77Format,
  speechCommandsFormat,
  squadFormat,
  jsonLinesFormat,
  glueFormat,
  csvFormat,
  plainTextFormat,
];

/** Opens a data set in the layout of that name, or in the one that its files show. @throws SpattenError `config`, `input`, `missing-data`. */
export async function openDataset(files: DatasetFiles, formatId?: string): Promise<Dataset> {
  if (formatId !== undefined) return lookUp(datasetFormats, formatId, "data set format").open(files);
  for (const format of datasetFormats) if (await format.recognizes(files)) return format.open(files);
  throw new SpattenError("input", "the layout of this data set is not known", {
    where: files.name,
    expected: datasetFormats.map(({ id }) => id).join(", "),
    hint: "name one with --format (format)",
  });
}
