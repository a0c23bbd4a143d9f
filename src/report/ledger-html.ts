import type { Ledger } from "../experiments/ledger/ledger.ts";
import type { FigureOptions } from "./figures/figure.ts";
import { ledgerFigure } from "./figures/ledger.ts";
import { escapeHtml, htmlDocument, htmlTable } from "./html-document.ts";
import {
  deviationText,
  hasPicture,
  ledgerEvidence,
  ledgerStatuses,
  oursText,
  publishedText,
  reasonText,
  statusMeanings,
} from "./ledger-words.ts";

const LEDGER_STYLE = `
main { max-width: 1000px; }
tr.differs td:nth-child(5) { color: #c0392b; }
tr.agrees td:nth-child(5) { color: #1e8449; }
td:nth-child(2), td:nth-child(3), td:nth-child(4) { text-align: right; }
`;

/** A ledger as one self-contained page: counts, a picture and a table for each experiment. No script, nothing fetched. */
export function ledgerHtml(ledger: Ledger, options: FigureOptions): string {
  const { counts } = ledger;
  return htmlDocument(
    "spatten: published numbers beside ours",
    `<h1>Published numbers beside ours</h1>
<p class="answer">${counts.rows} rows: ${ledgerStatuses.map((status) => `${counts.byStatus[status]} ${status}`).join(", ")}.</p>
<div class="drawing">${htmlTable(
      ["evidence", ...ledgerStatuses],
      ledgerEvidence.map((evidence) => ({
        cells: [evidence, ...ledgerStatuses.map((status) => String(counts.byEvidence[evidence][status]))],
      })),
    )}</div>
<ul class="source">${ledgerStatuses.map((status) => `<li>${status}: ${statusMeanings[status]}</li>`).join("")}</ul>
${ledger.experiments.map((experiment) => experimentHtml(ledger, experiment, options)).join("\n")}`,
    LEDGER_STYLE,
  );
}

function experimentHtml(
  ledger: Ledger,
  { id, title, source }: Ledger["experiments"][number],
  options: FigureOptions,
): string {
  const rows = ledger.rows.filter((row) => row.experiment === id);
  const drawing = hasPicture(rows)
    ? `<div class="drawing">${ledgerFigure(title, rows, options).element.outerHTML}</div>`
    : "";
  return `<section>
<h2>${escapeHtml(title)}</h2>
<p class="source">${escapeHtml(source)}</p>
${drawing}
<div class="drawing">${htmlTable(
    ["quantity", "published", "ours", "deviation", "status", "evidence", "on what, and what otherwise"],
    rows.map((row) => ({
      className: row.status.replaceAll(" ", "-"),
      cells: [
        row.quantity,
        ...[publishedText(row), oursText(row), deviationText(row), row.status, row.evidence ?? "–"],
        reasonText(row),
      ],
    })),
  )}</div>
</section>`;
}
