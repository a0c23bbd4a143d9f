import * as z from "zod/mini";
import { parseJsonText } from "../../base/json-text.ts";
import { parseWith } from "../../base/schema.ts";
import type { DatasetFiles, DatasetFormat, Split } from "./dataset.ts";
import { requireRows } from "./split-files.ts";

/** A text with the class that people gave it. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** CLINC150 (Larson et al. 2019), the in-scope parts. */
export interface Clinc150 {
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

const pairs = z.array(z.tuple([z.string(), z.string()]));
const fileSchema = z.looseObject({ train: pairs, val: pairs, test: pairs });

/** Reads the parsed `data_full.json` of the data set. @throws SpattenError `input` naming the field. */
export function parseClinc150(value: unknown, where: string): Clinc150 {
  const file = parseWith(fileSchema, value, { what: "CLINC150 file", where, code: "input" });
  const labelled = (rows: readonly (readonly [string, string])[]): LabelledText[] =>
    rows.map(([text, label]) => ({ text, label }));
  return { train: labelled(file.train), validation: labelled(file.val), test: labelled(file.test) };
}

const FILE_NAME = "data_full.json";

/** CLINC150: one file with all splits. */
export const clinc150Format: DatasetFormat = {
  id: "clinc150",
  title: "CLINC150 intents, in scope",
  source: "Larson et al. 2019, arXiv:1909.02027",
  row: "a query and its intent",
  recognizes: async (files) => fileNameOf(files) === FILE_NAME && (await files.exists(FILE_NAME)),
  open: async (files) => {
    const where = fileNameOf(files);
    const text = await files.readText(where);
    const splits = parseClinc150(parseJsonText(text, { what: "the file", where, code: "input" }), where);
    return {
      name: files.name,
      format: "clinc150",
      splitNames: ["test", "validation", "train"],
      readSplit: async (name) => requireRows(splitOf(splits[name], `${where} at ${name}`), where),
    };
  },
};

function fileNameOf({ fileName }: DatasetFiles): string {
  return fileName ?? FILE_NAME;
}

function splitOf(texts: readonly LabelledText[], where: string): Split {
  return {
    rows: texts.map(({ text, label }, row) => ({ kind: "label", where: `${where}.${row}`, text, label })),
    documents: [],
  };
}
