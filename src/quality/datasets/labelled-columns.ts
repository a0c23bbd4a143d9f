import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";
import type { LabelledExample } from "./dataset.ts";
import type { DelimitedRecord } from "./delimited-records.ts";

/** Places of the fields in a record. */
export interface Columns {
  readonly text: number;
  readonly context?: number | undefined;
  readonly label: number;
}

/** Headers of the first text, the second one and the label that data sets use, in lower case; the first found counts. */
const headerNames = {
  text: ["text", "sentence", "sentence1", "question1", "question", "#1 string", "query", "utterance"],
  context: ["context", "sentence2", "question2", "#2 string"],
  label: [
    "label",
    "category",
    "intent",
    "class",
    "gold_label",
    "is_duplicate",
    "quality",
    "score",
    "label_text",
  ],
} as const;

/** Places of the fields by the names of a header. @throws SpattenError `input` naming the field that none has. */
export function columnsOf({ fields, line }: DelimitedRecord, where: string): Columns {
  const names = fields.map((name) => name.trim().toLowerCase());
  const placeOf = (known: readonly string[]): number | undefined => {
    const found = known.find((name) => names.includes(name));
    return found === undefined ? undefined : names.indexOf(found);
  };
  const required = (field: "text" | "label"): number => {
    const place = placeOf(headerNames[field]);
    if (place !== undefined) return place;
    throw new SpattenError("input", `no column holds the ${field}`, {
      where: `${where}: line ${line}`,
      got: describeValue(fields.join(", ")),
      expected: `a header with one of ${headerNames[field].join(", ")}`,
    });
  };
  // QNLI names its pair question and sentence.
  const pairOfQuestion = names.includes("question") && names.includes("sentence");
  return {
    text: pairOfQuestion ? names.indexOf("question") : required("text"),
    context: pairOfQuestion ? names.indexOf("sentence") : placeOf(headerNames.context),
    label: required("label"),
  };
}

/** One example a record. @throws SpattenError `input` with line and field of a record that lacks one. */
export function labelledExamples(
  records: readonly DelimitedRecord[],
  columns: Columns,
  fieldCount: number,
  where: string,
): LabelledExample[] {
  return records.map(({ line, fields }) => {
    const place = `${where}: line ${line}`;
    if (fields.length !== fieldCount) {
      throw new SpattenError("input", "a row has another number of fields than the first", {
        where: place,
        got: String(fields.length),
        expected: String(fieldCount),
      });
    }
    const field = (name: keyof Columns, index: number): string => {
      if (fields[index]!.trim() !== "") return fields[index]!;
      throw new SpattenError("input", "a field of the row is empty", { where: `${place} at ${name}` });
    };
    return {
      kind: "label",
      where: place,
      text: field("text", columns.text),
      context: columns.context === undefined ? undefined : field("context", columns.context),
      label: field("label", columns.label).trim(),
    };
  });
}
