import type { Tuning } from "../quality/tuning/tuning.ts";
import { paretoFigure } from "../report/figures/pareto.ts";
import { standaloneSvg } from "../report/standalone-svg.ts";
import { linkedomDocument } from "./node-document.ts";

/** The picture of a search as an SVG file, drawn with a document made in Node. */
export function tuningPicture(tuning: Tuning): string {
  return standaloneSvg(paretoFigure(tuning, { document: linkedomDocument() }));
}
