import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";

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
