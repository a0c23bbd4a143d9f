import type { Ledger } from "../experiments/ledger/ledger.ts";
import { ledgerFigure } from "../report/figures/ledger.ts";
import { ledgerHtml } from "../report/ledger-html.ts";
import { hasPicture } from "../report/ledger-words.ts";
import { standaloneSvg } from "../report/standalone-svg.ts";
import { linkedomDocument } from "./node-document.ts";

/** A ledger as one page, drawn with a document made in Node. */
export function ledgerHtmlPage(ledger: Ledger): string {
  return ledgerHtml(ledger, { document: linkedomDocument() });
}

/** A picture of each experiment that has one, as an SVG file by the experiment's id. */
export function ledgerPictures({ experiments, rows }: Ledger): ReadonlyMap<string, string> {
  const document = linkedomDocument();
  const pictures = experiments.flatMap(({ id, title }): [string, string][] => {
    const own = rows.filter((row) => row.experiment === id);
    return !hasPicture(own) ? [] : [[id, standaloneSvg(ledgerFigure(title, own, { document }))]];
  });
  return new Map(pictures);
}
