import { SpattenError } from "../../base/errors.ts";
import type { DatasetFormat, LabelledExample } from "./dataset.ts";
import { csvRecords } from "./delimited-records.ts";
import { columnsOf, labelledExamples } from "./labelled-columns.ts";
import { splitFileFormat } from "./split-files.ts";

/** Rows of a comma separated text with a header. @throws SpattenError `input`. */
export function parseCsv(text: string, where: string): { rows: LabelledExample[] } {
  const [header, ...records] = csvRecords(text, where);
  if (header === undefined) throw new SpattenError("input", "the file is empty", { where });
  return { rows: labelledExamples(records, columnsOf(header, where), header.fields.length, where) };
}

/** Any comma separated file with a header. */
export const csvFormat: DatasetFormat = splitFileFormat({
  id: "csv",
  title: "Comma separated, with a header",
  source: "RFC 4180",
  row: "text (or sentence, question), perhaps a second text, and label (or category, intent, class)",
  extension: ".csv",
  parse: parseCsv,
});

/** Banking77: `train.csv` and `test.csv`, text and category. */
export const banking77Format: DatasetFormat = splitFileFormat({
  id: "banking77",
  title: "Banking77 intents",
  source: "Casanueva et al. 2020, arXiv:2003.04807",
  row: "text and category",
  extension: ".csv",
  parse: parseCsv,
  recognizesFolder: (files) => files.exists("categories.json"),
});
