import type { Ledger } from "../experiments/ledger/ledger.ts";
import {
  type LedgerRow,
  type LedgerStatus,
  ledgerEvidence,
  ledgerStatuses,
} from "../experiments/ledger/ledger-row.ts";
import type { MovedRow } from "../experiments/ledger/moved-rows.ts";
import { deviationText, HEADLINE, oursText, publishedText, reasonText } from "../report/ledger-words.ts";
import { padTo, type Style, safe } from "./terminal.ts";

/** Rows that were asked for; of the whole ledger its headline. Then experiments, and the counts. */
export function renderLedger(ledger: Ledger, style: Style, isLong: boolean): string {
  const shown =
    ledger.isPartial || isLong
      ? ledger.rows
      : ledger.rows.filter(({ experiment }) => experiment === HEADLINE);
  return [
    ...rowLines(shown, style, ledger.isPartial),
    "",
    ...(ledger.isPartial ? [] : [...experimentLines(ledger, style), ""]),
    ...countTable(ledger, style),
    "",
  ].join("\n");
}

function rowLines(rows: readonly LedgerRow[], style: Style, withReasons: boolean): string[] {
  const width = Math.min(72, Math.max(8, ...rows.map(({ quantity }) => quantity.length)));
  const line = (cells: readonly string[]): string =>
    `${padTo(cells[0]!, width)}  ${cells
      .slice(1, 4)
      .map((cell) => padTo(cell, 14, "right"))
      .join("")}  `;
  return [
    style.dim(`${line(["quantity", "published", "ours", "deviation"])}status`),
    ...rows.flatMap((row) => [
      `${line([safe(row.quantity), publishedText(row), oursText(row), deviationText(row)])}${statusCell(row.status, style)}${row.evidence === null ? "" : style.dim(` (${row.evidence})`)}`,
      ...(withReasons ? [style.dim(`    ${row.id}: ${safe(reasonText(row))}`)] : []),
    ]),
  ];
}

function statusCell(status: LedgerStatus, style: Style): string {
  if (status === "agrees") return style.accent(status);
  return status === "differs" ? style.warn(status) : status;
}

const COLUMNS = ["rows", ...ledgerStatuses];

function columnsOf(cells: readonly (string | number)[]): string {
  return cells.map((cell, index) => padTo(String(cell), COLUMNS[index]!.length + 2, "right")).join("");
}

function experimentLines({ experiments, rows }: Ledger, style: Style): string[] {
  const width = Math.max(...experiments.map(({ id }) => id.length));
  return [
    style.dim(`${padTo("experiment", width)}${columnsOf(COLUMNS)}`),
    ...experiments.map(({ id, title }) => {
      const own = rows.filter((row) => row.experiment === id);
      const counts = ledgerStatuses.map((status) => own.filter((row) => row.status === status).length);
      return `${style.bold(padTo(id, width))}${columnsOf([own.length, ...counts])}  ${style.dim(safe(title))}`;
    }),
  ];
}

/** By evidence and status; only what is predicted counts as agreement. */
function countTable({ counts }: Ledger, style: Style): string[] {
  const width = Math.max(...ledgerEvidence.map((evidence) => evidence.length), 10);
  const line = (name: string, row: Readonly<Record<LedgerStatus, number>>): string => {
    const cells = ledgerStatuses.map((status) => row[status]);
    return `${padTo(name, width)}${columnsOf([cells.reduce((sum, count) => sum + count, 0), ...cells])}`;
  };
  return [
    style.dim(`${padTo("evidence", width)}${columnsOf(COLUMNS)}`),
    ...ledgerEvidence.map((evidence) => line(evidence, counts.byEvidence[evidence])),
    style.bold(line("all", counts.byStatus)),
  ];
}

/** Rows that are not what was recorded. */
export function renderMoved(moved: readonly MovedRow[], style: Style): string {
  if (moved.length === 0) return "every row is as recorded\n";
  const lines = moved.map(
    ({ id, recorded, now }) =>
      `${style.warn("moved")}  ${safe(id)}: recorded ${recorded ?? "no such row"}, now ${now ?? "no such row"}`,
  );
  return `${lines.join("\n")}\n${moved.length} rows moved\n`;
}
