import { SpattenError } from "../base/errors.ts";
import { describeValue } from "../base/schema.ts";

/** One row of the official release's CSV: one surviving head of one layer for one generated token; -1 is "not used". */
export interface OfficialRow {
  readonly iteration: number;
  readonly layer: number;
  readonly head: number;
  readonly headDimension: number;
  readonly sentenceLength: number;
  readonly keyFetchCount: number;
  readonly keyBits: number;
  readonly queryBits: number;
  readonly requantizeThreshold: number;
  /** Scores were computed again with more key bits. */
  readonly isRequantized: boolean;
  readonly requantizeBits: number;
  readonly valueFetchCount: number;
  readonly valueBits: number;
  readonly accumulatesImportance: boolean;
  readonly rescalesImportance: boolean;
  /** The tokens were ranked after this row. */
  readonly hasTopK: boolean;
  /** Tokens kept then. */
  readonly topKCount: number;
}

type CellKind = "index" | "count" | "bits-or-none" | "count-or-none" | "float" | "float-or-none" | "flag";

interface Column {
  readonly name: string;
  readonly field: keyof OfficialRow;
  readonly kind: CellKind;
}

const column = (name: string, field: keyof OfficialRow, kind: CellKind): Column => ({ name, field, kind });

/** The 17 columns in the order of the file (mit-han-lab/spatten at a0f1388). */
export const OFFICIAL_COLUMNS: readonly Column[] = [
  column("iteration_id", "iteration", "index"),
  column("layer_id", "layer", "index"),
  column("head_id", "head", "index"),
  column("embedding_length_D", "headDimension", "float"),
  column("sentence_length_L", "sentenceLength", "count"),
  column("key_fetch_num", "keyFetchCount", "count"),
  column("quant_key_bit", "keyBits", "bits-or-none"),
  column("quant_query_bit", "queryBits", "bits-or-none"),
  column("auto_requant_thres", "requantizeThreshold", "float-or-none"),
  column("if_requant", "isRequantized", "flag"),
  column("auto_requant_incre", "requantizeBits", "bits-or-none"),
  column("value_fetch_num", "valueFetchCount", "count"),
  column("quant_value_bit", "valueBits", "bits-or-none"),
  column("if_accumulate_importance", "accumulatesImportance", "flag"),
  column("if_rescale_previous_importance", "rescalesImportance", "flag"),
  column("if_topk", "hasTopK", "flag"),
  column("topk", "topKCount", "count-or-none"),
];

const MAXIMUM_BITS = 32;

const EXPECTED: Readonly<Record<CellKind, string>> = {
  index: "a whole number of at least 0",
  count: "a whole number of at least 1",
  "bits-or-none": `a whole number from 1 to ${MAXIMUM_BITS}, or -1`,
  "count-or-none": "a whole number of at least 1, or -1",
  float: "a number above 0",
  "float-or-none": "a number of at least 0, or -1",
  flag: "True or False",
};

/** The row in the cells of a line. @throws SpattenError `workload` naming the column; `where` has the line. */
export function parseOfficialRow(cells: readonly string[], where: string): OfficialRow {
  if (cells.length !== OFFICIAL_COLUMNS.length) {
    throw new SpattenError("workload", "a row has the wrong number of columns", {
      where,
      got: String(cells.length),
      expected: String(OFFICIAL_COLUMNS.length),
      ...(cells.length < OFFICIAL_COLUMNS.length ? { hint: "is the file cut off?" } : {}),
    });
  }
  const values: Record<string, number | boolean> = {};
  for (const [index, { name, field, kind }] of OFFICIAL_COLUMNS.entries()) {
    const value = kind === "flag" ? parseFlag(cells[index]!) : parseNumber(cells[index]!, kind);
    if (value === undefined) throw badCell(where, name, cells[index]!, EXPECTED[kind]);
    values[field] = value;
  }
  const row = values as unknown as OfficialRow;
  checkOfficialRow(row, where);
  return row;
}

/** @throws SpattenError `workload` where the values of a row contradict each other or no file could hold them. */
export function checkOfficialRow(row: OfficialRow, where: string): void {
  for (const { name, field, kind } of OFFICIAL_COLUMNS) {
    const value = row[field];
    if (typeof value === "number" && !isAllowed(value, kind))
      throw badCell(where, name, value, EXPECTED[kind]);
  }
  if (row.keyFetchCount > row.sentenceLength) {
    const expected = `at most sentence_length_L, ${row.sentenceLength}`;
    throw badCell(where, "key_fetch_num", row.keyFetchCount, expected);
  }
  if (row.valueFetchCount > row.keyFetchCount) {
    const expected = `at most key_fetch_num, ${row.keyFetchCount}`;
    throw badCell(where, "value_fetch_num", row.valueFetchCount, expected);
  }
  if (row.hasTopK && row.topKCount < 1) {
    throw badCell(where, "topk", row.topKCount, "at least 1, since if_topk is True");
  }
}

/** The line of a row, without its end, as the release writes it: `64.0`, `True`, `-1`. */
export function formatOfficialRow(row: OfficialRow): string {
  const cells = OFFICIAL_COLUMNS.map(({ field, kind }) => {
    const value = row[field];
    if (typeof value === "boolean") return value ? "True" : "False";
    const isFloat = kind === "float" || (kind === "float-or-none" && value !== -1);
    return isFloat && Number.isInteger(value) ? `${value}.0` : String(value);
  });
  return cells.join(",");
}

function parseFlag(cell: string): boolean | undefined {
  return cell === "True" ? true : cell === "False" ? false : undefined;
}

function parseNumber(cell: string, kind: CellKind): number | undefined {
  const form = kind.startsWith("float")
    ? /^-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?$/
    : /^(0|[1-9]\d{0,15}|-1)$/;
  const value = form.test(cell) ? Number(cell) : Number.NaN;
  return isAllowed(value, kind) ? value : undefined;
}

function isAllowed(value: number, kind: CellKind): boolean {
  if (kind.endsWith("-or-none") && value === -1) return true;
  if (!Number.isFinite(value)) return false;
  if (kind === "float") return value > 0;
  if (kind === "float-or-none") return value >= 0;
  if (!Number.isSafeInteger(value)) return false;
  if (kind.startsWith("bits") && value > MAXIMUM_BITS) return false;
  return value >= (kind === "index" ? 0 : 1);
}

function badCell(where: string, name: string, got: unknown, expected: string): SpattenError {
  return new SpattenError("workload", "a value does not fit", {
    where: `${where}, column ${name}`,
    got: describeValue(got),
    expected,
  });
}
