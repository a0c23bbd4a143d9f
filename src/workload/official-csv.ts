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

/** Reads the official release's CSV, strictly. @throws SpattenError `workload` with line and column. */
export function readOfficialCsv(text: string, where: string): OfficialCsv {
  if (text === "")
    throw new SpattenError("workload", "the file is empty", { where, expected: "a header line" });
  const lineEnd = text.slice(0, HEADER.length + 2).endsWith("\r\n") ? "\r\n" : "\n";
  const lines = text.split(lineEnd);
  checkHeader(lines[0]!, where);
  const endsWithLineEnd = lines.at(-1) === "";
  if (endsWithLineEnd) lines.pop();
  const rows: OfficialRow[] = [];
  let configurationName: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const at = `${where}: line ${index + 1}`;
    const cells = line.split(",", OFFICIAL_COLUMNS.length + 1);
    if (index === lines.length - 1 && isConfigurationLine(cells)) {
      configurationName = cells[0]!;
      checkConfigurationName(configurationName, at);
    } else {
      rows.push(parseOfficialRow(cells, at));
    }
  }
  if (rows.length === 0) {
    throw new SpattenError("workload", "the file has no rows", { where, hint: "is the file cut off?" });
  }
  return { rows, configurationName, lineEnd, endsWithLineEnd };
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
