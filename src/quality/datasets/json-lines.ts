import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { parseJsonText } from "../../base/json-text.ts";
import { parseWith } from "../../base/schema.ts";
import { linesOf } from "../../base/text-folder.ts";
import type { DatasetFormat, Example, Split } from "./dataset.ts";
import { collectDocuments, type Documents } from "./documents.ts";
import { splitFileFormat } from "./split-files.ts";

const text = () => z.string().check(z.minLength(1));
const label = z.union([z.string().check(z.minLength(1)), z.number()]);
const labelledRow = z.looseObject({ text: text(), context: z.optional(text()), label });
const questionRow = z.looseObject({ text: text(), context: text(), answers: z.array(z.string()) });

/** Rows of a JSON Lines text: all labelled, or all questions. @throws SpattenError `input` with line and field. */
export function parseJsonLines(content: string, where: string): Split {
  const documents = collectDocuments();
  const rows: Example[] = [];
  for (const [index, line] of linesOf(content).entries()) {
    if (line.trim() === "") continue;
    const place = `${where}: line ${index + 1}`;
    const value = parseJsonText(line, { what: "the row", where, code: "input", firstLine: index + 1 });
    const row = rowOf(value, place, documents);
    if (rows.length > 0 && row.kind !== rows[0]!.kind) {
      throw new SpattenError("input", "a row is of another kind than the first", {
        where: place,
        got: row.kind,
        expected: rows[0]!.kind,
      });
    }
    rows.push(row);
  }
  return { rows, documents: documents.all };
}

function rowOf(value: unknown, where: string, documents: Documents): Example {
  const context = { what: "row", where, code: "input" } as const;
  const isQuestion = typeof value === "object" && value !== null && "answers" in value;
  if (!isQuestion) {
    const row = parseWith(labelledRow, value, context);
    return { kind: "label", where, text: row.text, context: row.context, label: String(row.label) };
  }
  const row = parseWith(questionRow, value, context);
  return {
    kind: "question",
    where,
    text: row.text,
    context: row.context,
    answers: row.answers,
    document: documents.add(row.context),
  };
}

/** One JSON object a line. */
export const jsonLinesFormat: DatasetFormat = splitFileFormat({
  id: "jsonl",
  title: "JSON Lines",
  source: "jsonlines.org",
  row: "{text, label}, {text, context, label} or {text, context, answers}; other keys are let pass",
  extension: ".jsonl",
  parse: parseJsonLines,
});
