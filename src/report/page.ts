import { type AnswerText, answersOf } from "./answers.ts";
import { arithmeticNote } from "./arithmetic-note.ts";
import { energyFigure } from "./figures/energy.ts";
import type { Figure, FigureOptions } from "./figures/figure.ts";
import { importanceFigure } from "./figures/importance.ts";
import { sieveFigure } from "./figures/sieve.ts";
import { trafficFigure } from "./figures/traffic.ts";
import { formatSaving } from "./format.ts";
import { escapeHtml, htmlDocument, htmlTable } from "./html-document.ts";
import type { RunDocument } from "./run-document.ts";

/** The figures of a run, in the order in which they are read. */
export function runFigures(run: RunDocument, options: FigureOptions): Figure[] {
  return [sieveFigure, importanceFigure, trafficFigure, energyFigure].map((draw) => draw(run, options));
}

/** One self-contained page: the text, both answers, every figure with its table. No script, nothing fetched. */
export function runPageHtml(run: RunDocument, options: FigureOptions): string {
  const { dense, pruned, isSame } = answersOf(run.dense, run.pruned);
  const answer = ({ said, detail }: AnswerText) =>
    `<strong>${escapeHtml(said)}</strong>${detail === "" ? "" : ` (${escapeHtml(detail)})`}`;
  const { savings } = run;
  return htmlDocument(
    `spatten: ${run.plan.name} on ${run.model.name}`,
    `<h1>${escapeHtml(run.input.text)}</h1>
<p class="answer">${isSame ? `Dense and pruned agree: ${answer(pruned)}; dense ${answer(dense)}.` : `Dense says ${answer(dense)}, pruned says ${answer(pruned)}.`}
DRAM traffic ${formatSaving(savings.dramAgainst.bits12)}, attention operations ${formatSaving(savings.attentionOperations)}, cycles ${formatSaving(savings.cycles)}, energy ${formatSaving(savings.energy)}.</p>
<p class="source">Model ${escapeHtml(run.model.name)}, plan ${escapeHtml(run.plan.name)} (${escapeHtml(run.plan.source)})${escapeHtml(arithmeticNote(run.arithmetic))}, machine ${escapeHtml(run.machine.pruned.machine)}.</p>
${runFigures(run, options).map(figureHtml).join("\n")}
${assumptionsHtml(run)}`,
  );
}

function figureHtml(figure: Figure): string {
  const rows = figure.table.rows.map((row) => ({ cells: row.map(String) }));
  return `<figure>
<h2>${escapeHtml(figure.title)}</h2>
<figcaption>${escapeHtml(figure.sentence)}</figcaption>
<div class="drawing">${figure.element.outerHTML}</div>
<details><summary>as a table</summary>
${htmlTable(figure.table.columns, rows)}</details>
</figure>`;
}

function assumptionsHtml(run: RunDocument): string {
  const list = [...new Set([...(run.plan.assumptions ?? []), ...run.machine.pruned.assumptions])];
  const { provenance } = run;
  return `<section>
<h2>What this hinges on</h2>
<ul>${list.map((assumption) => `<li>${escapeHtml(assumption)}</li>`).join("\n")}</ul>
<p class="source">spatten ${escapeHtml(provenance.version)}, configuration ${provenance.configHash}, seed ${provenance.seed}.</p>
</section>`;
}
