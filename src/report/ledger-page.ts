import type { Ledger } from "../experiments/ledger/ledger.ts";
import type { LedgerRow } from "../experiments/ledger/ledger-row.ts";
import {
  deviationText,
  evidenceMeanings,
  HEADLINE,
  hasPicture,
  ledgerEvidence,
  ledgerStatuses,
  oursText,
  publishedText,
  reasonText,
  statusMeanings,
} from "./ledger-words.ts";
import { markdownCell, markdownTable } from "./markdown-table.ts";

/** A ledger as a page of Markdown; it holds no date and no path, so that equal ledgers are equal bytes. */
export function ledgerPage(ledger: Ledger): string {
  return [
    "# Reproduction",
    "",
    "Every published number beside ours. `npm run reproduce` writes this page, its pictures and the table of the README from `results/ledger.json`'s own run (`spatten reproduce`); do not edit it. A test fails when a row moves. Nothing is tuned to a number that it is compared with: what enters a model is an _anchor_, and a row names those that it rests on.",
    "",
    ...countLines(ledger),
    "",
    ...ledgerStatuses.map((status) => `- **${status}**: ${statusMeanings[status]}.`),
    "",
    ...ledgerEvidence.map((evidence) => `- _${evidence}_: ${evidenceMeanings[evidence]}.`),
    "",
    ...experimentTable(ledger),
    "",
    ...ledger.experiments.flatMap((experiment) => {
      const rows = ledger.rows.filter((row) => row.experiment === experiment.id);
      const picture = hasPicture(rows) ? [`![${experiment.title}](pictures/${experiment.id}.svg)`, ""] : [];
      return [
        `## ${experiment.title}`,
        "",
        `\`${experiment.id}\`; ${experiment.source}.`,
        "",
        ...picture,
        ...rowTable(rows),
        "",
        ...reasonLines(rows),
      ];
    }),
  ].join("\n");
}

/** Rows by status and evidence. */
export function countLines({ counts }: Ledger): string[] {
  return [
    `${counts.rows} rows: ${ledgerStatuses.map((status) => `${counts.byStatus[status]} ${status}`).join(", ")}.`,
    "",
    ...markdownTable(
      ["evidence", ...ledgerStatuses],
      ledgerEvidence.map((evidence) => [
        evidence,
        ...ledgerStatuses.map((status) => String(counts.byEvidence[evidence][status])),
      ]),
    ),
  ];
}

/** One line for each experiment: how its predicted rows came out. */
function experimentTable(ledger: Ledger): string[] {
  return markdownTable(
    ["experiment", "rows", "predicted: agrees", "near", "differs", "calibrated or input", "no ours of today"],
    ledger.experiments.map(({ id, title }) => {
      const rows = ledger.rows.filter((row) => row.experiment === id);
      const count = (is: (row: LedgerRow) => boolean): string => String(rows.filter(is).length);
      const isOpen = ({ status }: LedgerRow) => status === "needs data" || status === "not reproducible";
      return [
        `${id}: ${title}`,
        String(rows.length),
        ...(["agrees", "near", "differs"] as const).map((status) =>
          count((row) => row.evidence === "predicted" && row.status === status),
        ),
        count((row) => row.evidence === "calibrated" || row.evidence === "input"),
        count(isOpen),
      ];
    }),
  );
}

function rowTable(rows: readonly LedgerRow[]): string[] {
  return markdownTable(
    ["quantity", "published", "ours", "deviation", "status", "evidence"],
    rows.map((row) => [
      row.quantity,
      publishedText(row),
      oursText(row),
      deviationText(row),
      row.status,
      row.evidence ?? "–",
    ]),
  );
}

/** What rows were computed on, hinge on and would be otherwise; rows that share it share a line. */
function reasonLines(rows: readonly LedgerRow[]): string[] {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const text = reasonText(row);
    groups.set(text, [...(groups.get(text) ?? []), row.quantity]);
  }
  const lines = [...groups].map(([text, quantities]) => {
    const [first, ...others] = quantities;
    const names = others.length === 0 ? first! : `${first} and ${others.length} more`;
    return `- ${markdownCell(names)}: ${markdownCell(text)}`;
  });
  return lines.length === 0
    ? []
    : [
        "<details><summary>on what, hinging on what, and what otherwise</summary>",
        "",
        ...lines,
        "",
        "</details>",
        "",
      ];
}

/** The part of the README between these marks is written from the ledger. */
export const README_MARKS = ["<!-- ledger -->", "<!-- /ledger -->"] as const;

/** Counts, and the headline row by row. */
export function ledgerExcerpt(ledger: Ledger): string {
  const headline = ledger.rows.filter(({ experiment }) => experiment === HEADLINE);
  return [README_MARKS[0], "", ...countLines(ledger), "", ...rowTable(headline), "", README_MARKS[1]].join(
    "\n",
  );
}
