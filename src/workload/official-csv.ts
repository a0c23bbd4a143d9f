import { SpattenError } from "../base/errors.ts";
import { describeValue } from "../base/schema.ts";
import {
  checkOfficialRow,
  formatOfficialRow,
  OFFICIAL_COLUMNS,
  type OfficialRow,
  parseOfficialRow,
} from "./official-row.ts";

/** A workload file of the official release. */
export interface OfficialCsv {
  readonly rows: readonly OfficialRow[];
  /** Path of the configuration that made it, on the last line of the release's files. */
  readonly configurationName: string | undefined;
  /** Line feed unless told otherwise. */
  readonly lineEnd?: "\n" | "\r\n";
  /** False where the last line has no line end. */
  readonly endsWithLineEnd?: boolean;
}

const HEADER = OFFICIAL_COLUMNS.map(({ name }) => name).join(",");
const EMPTY_CELLS = ",".repeat(OFFICIAL_COLUMNS.length - 1);

/** What a line below the header says. */
export type OfficialLine =
  | { readonly kind: "row"; readonly row: OfficialRow; readonly lineNumber: number }
  | { readonly kind: "configuration"; readonly configurationName: string };

/** Reads the official release's CSV, strictly. @throws SpattenError `workload` with line and column. */
export function readOfficialCsv(text: string, where: string): OfficialCsv {
  const lineEnd = officialLineEnd(text);
  const lines = text.split(lineEnd);
  const endsWithLineEnd = lines.at(-1) === "";
  if (endsWithLineEnd) lines.pop();
  const rows: OfficialRow[] = [];
  let configurationName: string | undefined;
  for (const line of readOfficialLines(lines, where)) {
    if (line.kind === "row") rows.push(line.row);
    else configurationName = line.configurationName;
  }
  return { rows, configurationName, lineEnd, endsWithLineEnd };
}

/** The line end of a file that begins like this: that of its header. */
export function officialLineEnd(beginning: string): "\n" | "\r\n" {
  return beginning.slice(0, HEADER.length + 2).endsWith("\r\n") ? "\r\n" : "\n";
}

/** Characters at the beginning of a file that `officialLineEnd` looks at. */
export const OFFICIAL_BEGINNING_LENGTH = HEADER.length + 2;

/**
 * What the lines of a file say, from the header's line on, read as they are asked for; `lines` has no empty one behind
 * the last line end. @throws SpattenError `workload` with line and column.
 */
export function* readOfficialLines(lines: Iterable<string>, where: string): Generator<OfficialLine> {
  let lineNumber = 0;
  let rowCount = 0;
  // Only the last line may name a configuration, and which one is the last shows when no other follows.
  let waiting: string | undefined;
  for (const line of lines) {
    if (lineNumber === 0) checkHeader(line, where);
    if (waiting !== undefined) {
      yield { kind: "row", row: rowIn(waiting, lineNumber, where), lineNumber };
      rowCount++;
    }
    if (lineNumber > 0) waiting = line;
    lineNumber++;
  }
  if (lineNumber === 0)
    throw new SpattenError("workload", "the file is empty", { where, expected: "a header line" });
  if (waiting !== undefined) {
    const last = lastLine(waiting, lineNumber, where);
    if (last.kind === "row") rowCount++;
    yield last;
  }
  if (rowCount > 0) return;
  throw new SpattenError("workload", "the file has no rows", { where, hint: "is the file cut off?" });
}

function rowIn(line: string, lineNumber: number, where: string): OfficialRow {
  return parseOfficialRow(cellsOf(line), `${where}: line ${lineNumber}`);
}

function lastLine(line: string, lineNumber: number, where: string): OfficialLine {
  const cells = cellsOf(line);
  if (!isConfigurationLine(cells)) {
    return { kind: "row", row: rowIn(line, lineNumber, where), lineNumber };
  }
  checkConfigurationName(cells[0]!, `${where}: line ${lineNumber}`);
  return { kind: "configuration", configurationName: cells[0]! };
}

function cellsOf(line: string): string[] {
  return line.split(",", OFFICIAL_COLUMNS.length + 1);
}

/** The file's text; what was read from a file of the release comes back byte for byte. @throws SpattenError `workload`. */
export function writeOfficialCsv(csv: OfficialCsv): string {
  const { rows, configurationName, lineEnd = "\n", endsWithLineEnd = true } = csv;
  const lines = [HEADER];
  for (const [index, row] of rows.entries()) {
    checkOfficialRow(row, `row ${index}`);
    lines.push(formatOfficialRow(row));
  }
  if (configurationName !== undefined) {
    checkConfigurationName(configurationName, "configuration name");
    lines.push(`${configurationName}${EMPTY_CELLS}`);
  }
  return lines.join(lineEnd) + (endsWithLineEnd ? lineEnd : "");
}

function checkHeader(line: string, where: string): void {
  if (line === HEADER) return;
  const names = line.slice(0, 2 * HEADER.length).split(",");
  const differing = OFFICIAL_COLUMNS.findIndex(({ name }, index) => names[index] !== name);
  const expected = OFFICIAL_COLUMNS[differing]?.name ?? "the end of the line";
  const index = differing === -1 ? OFFICIAL_COLUMNS.length : differing;
  throw new SpattenError("workload", "not a workload CSV of the official release: the header differs", {
    where: `${where}: line 1, column ${index + 1}`,
    got: describeValue(names[index]),
    expected,
  });
}

function isConfigurationLine(cells: readonly string[]): boolean {
  const [first, ...others] = cells;
  const isNumber = /^-?\d*$/.test(first!);
  return !isNumber && cells.length === OFFICIAL_COLUMNS.length && others.every((cell) => cell === "");
}

function checkConfigurationName(name: string, where: string): void {
  if (/^[^,\p{Cc}\p{Cs}\uFFFD]+$/u.test(name) && !/^-?\d*$/.test(name)) return;
  throw new SpattenError("workload", "not the name of a configuration", {
    where,
    got: describeValue(name.slice(0, 100)),
    expected: "a path without commas and control characters",
  });
}
