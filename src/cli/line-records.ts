import { parseJsonText } from "../base/json-text.ts";
import { parseWith, type SchemaOf } from "../base/schema.ts";
import { openLineLog } from "../platform/node/line-log.ts";

/** Finished records of long work on disk, one line each; further ones are appended as they come. */
export interface LineRecords<Entry> {
  readonly finished: ReadonlyMap<string, Entry>;
  append(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

/** What the lines of such a file are. */
export interface LineRecordKind<Entry> {
  /** Id of the file's first line, with a version. */
  readonly schema: string;
  /** What a line is called in errors. */
  readonly what: string;
  readonly lineSchema: SchemaOf<Entry>;
}

/** Opens or begins such a file. @throws SpattenError `config` for another configuration, `input` with the line. */
export async function openLineRecords<Entry extends { readonly key: string }>(
  file: string,
  configHash: string,
  { schema, what, lineSchema }: LineRecordKind<Entry>,
): Promise<LineRecords<Entry>> {
  const log = await openLineLog(file, JSON.stringify({ schema, configHash }));
  const finished = new Map<string, Entry>();
  for (const [index, line] of log.lines.entries()) {
    const firstLine = index + 2;
    const value = parseJsonText(line, { what: `the ${what}`, where: file, code: "input", firstLine });
    const entry = parseWith(lineSchema, value, { what, where: `${file}: line ${firstLine}`, code: "input" });
    finished.set(entry.key, entry);
  }
  return { finished, append: (entry) => log.append(JSON.stringify(entry)), close: log.close };
}
