import { parseHTML } from "linkedom";
import type { Tuning } from "../quality/tuning/tuning.ts";
import { paretoFigure } from "../report/figures/pareto.ts";

/** The front of a search as an SVG file, drawn with a document made in Node. */
export function tuningPicture(tuning: Tuning): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const { element } = paretoFigure(tuning, { document: document as unknown as Document });
  element.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  element.setAttribute("style", "background: white; font: 12px system-ui, sans-serif");
  return `${element.outerHTML}\n`;
}
