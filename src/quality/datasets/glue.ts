import { SpattenError } from "../../base/errors.ts";
import type { DatasetFormat, LabelledExample } from "./dataset.ts";
import { tsvRecords } from "./delimited-records.ts";
import { columnsOf, labelledExamples } from "./labelled-columns.ts";
import { splitFileFormat } from "./split-files.ts";

/** CoLA has no header: source, label, the author's mark, sentence. */
const colaColumns = { text: 3, label: 1 } as const;
const COLA_FIELD_COUNT = 4;

/** Rows of a tab separated file in the layout of GLUE. @throws SpattenError `input` with line and field. */
export function parseGlue(text: string, where: string): { rows: LabelledExample[] } {
  const [first, ...rest] = tsvRecords(text);
  if (first === undefined) throw new SpattenError("input", "the file is empty", { where });
  if (first.fields.length === COLA_FIELD_COUNT && /^[01]$/.test(first.fields[1]!)) {
    return { rows: labelledExamples([first, ...rest], colaColumns, COLA_FIELD_COUNT, where) };
  }
  return { rows: labelledExamples(rest, columnsOf(first, where), first.fields.length, where) };
}

/** Tab separated files of the GLUE tasks. */
export const glueFormat: DatasetFormat = splitFileFormat({
  id: "glue",
  title: "Tab separated, in the layout of GLUE",
  source: "Wang et al. 2018, arXiv:1804.07461",
  row: "a sentence or a pair, and label or score, by the names of the header; CoLA's four columns without one",
  extension: ".tsv",
  parse: parseGlue,
});
