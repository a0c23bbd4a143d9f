import type { Comparison } from "../machines/compare.ts";
import { comparisonBarsFigure } from "../report/figures/comparison-bars.ts";
import { rooflineFigure } from "../report/figures/roofline.ts";
import { standaloneSvg } from "../report/standalone-svg.ts";
import { linkedomDocument } from "./node-document.ts";

const figures = { bars: comparisonBarsFigure, roofline: rooflineFigure } as const;

/** The pictures that a comparison has. */
export type ComparisonPicture = keyof typeof figures;

/** A picture of a comparison as an SVG file, drawn with a document made in Node. */
export function comparisonPicture(comparison: Comparison, name: ComparisonPicture): string {
  return standaloneSvg(figures[name](comparison, { document: linkedomDocument() }));
}
