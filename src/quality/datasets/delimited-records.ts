import { SpattenError } from "../../base/errors.ts";

/** Fields of one record, and the line on which it begins, counted from 1. */
export interface DelimitedRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of a comma separated text (RFC 4180: fields with commas, quotes or line ends stand in quotes, a quote
 * within them twice); blank lines are skipped. @throws SpattenError `input` for a quote that is not closed.
 */
export function csvRecords(text: string, where: string): DelimitedRecord[] {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const records: DelimitedRecord[] = [];
  let line = 1;
  let offset = 0;
  while (offset < source.length) {
    const record = { line, fields: [] as string[] };
    let atEnd = false;
    while (!atEnd) {
      const quoted = source[offset] === '"';
      const field = quoted
        ? quotedField(source, offset, `${where}: line ${line}`)
        : plainField(source, offset);
      record.fields.push(field.text);
      line += field.lineEndCount;
      offset = field.end;
      atEnd = source[offset] !== ",";
      offset += atEnd ? lineEndLength(source, offset) : 1;
    }
    line++;
    if (record.fields.length > 1 || record.fields[0] !== "") records.push(record);
  }
  return records;
}

interface Field {
  readonly text: string;
  /** Offset of the comma or line end behind the field. */
  readonly end: number;
  readonly lineEndCount: number;
}

function plainField(source: string, start: number): Field {
  let end = start;
  while (end < source.length && !/[,\r\n]/.test(source[end]!)) end++;
  return { text: source.slice(start, end), end, lineEndCount: 0 };
}

function quotedField(source: string, start: number, where: string): Field {
  let text = "";
  for (let from = start + 1; ; ) {
    const quote = source.indexOf('"', from);
    if (quote < 0) {
      throw new SpattenError("input", "a quoted field is not closed", { where, expected: 'a second "' });
    }
    text += source.slice(from, quote);
    if (source[quote + 1] !== '"') {
      const end = quote + 1;
      if (end < source.length && !/[,\r\n]/.test(source[end]!)) throw behindQuote(source, end, where);
      return { text, end, lineEndCount: text.split("\n").length - 1 };
    }
    text += '"';
    from = quote + 2;
  }
}

function behindQuote(source: string, end: number, where: string): SpattenError {
  return new SpattenError("input", "a quoted field goes on behind its quote", {
    where,
    got: JSON.stringify(source.slice(end, end + 20)),
    expected: "a comma or the end of the line",
  });
}

function lineEndLength(source: string, offset: number): number {
  return source[offset] === "\r" && source[offset + 1] === "\n" ? 2 : 1;
}

/** The records of a tab separated text: no quoting, as in GLUE; blank lines are skipped. */
export function tsvRecords(text: string): DelimitedRecord[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, fields: content.split("\t") }))
    .filter(({ fields }) => fields.length > 1 || fields[0] !== "");
}
