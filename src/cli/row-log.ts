import { parseJsonText } from "../base/json-text.ts";
import { parseWith } from "../base/schema.ts";
import { openLineLog } from "../platform/node/line-log.ts";
import { type FinishedRow, finishedRowSchema } from "../quality/evaluation/outcome.ts";

/** The finished rows of an evaluation on disk, one line each; further ones are appended as they come. */
export interface RowLog {
  readonly finished: ReadonlyMap<string, FinishedRow>;
  append(row: FinishedRow): Promise<void>;
  close(): Promise<void>;
}

/** Opens or begins the file of `--resume`. @throws SpattenError `config` for another configuration, `input` with the line. */
export async function openRowLog(file: string, configHash: string): Promise<RowLog> {
  const log = await openLineLog(file, JSON.stringify({ schema: "spatten/evaluation-rows@2", configHash }));
  const finished = new Map<string, FinishedRow>();
  for (const [index, line] of log.lines.entries()) {
    const firstLine = index + 2;
    const value = parseJsonText(line, { what: "the row", where: file, code: "input", firstLine });
    const context = { what: "row", where: `${file}: line ${firstLine}`, code: "input" } as const;
    const row = parseWith(finishedRowSchema, value, context);
    finished.set(row.key, row);
  }
  return { finished, append: (row) => log.append(JSON.stringify(row)), close: log.close };
}
