// Public entry `spatten/report`: figures and pages, the same functions in Node and in a browser.
export { cachePoliciesFigure, type PolicyPanel } from "./figures/cache-policies.ts";
export { comparisonBarsFigure } from "./figures/comparison-bars.ts";
export { energyFigure } from "./figures/energy.ts";
export type { Figure, FigureOptions, FigureTable } from "./figures/figure.ts";
export { importanceFigure } from "./figures/importance.ts";
export { ledgerFigure } from "./figures/ledger.ts";
export { paretoFigure } from "./figures/pareto.ts";
export { rooflineFigure } from "./figures/roofline.ts";
export { sieveFigure } from "./figures/sieve.ts";
export { trafficFigure } from "./figures/traffic.ts";
export {
  formatEnergy,
  formatPercent,
  formatQuantity,
  formatRatio,
  formatSaving,
  formatTime,
} from "./format.ts";
export { escapeHtml } from "./html-document.ts";
export { inertJson, inertText } from "./inert-text.ts";
export { runFigures, runPageHtml } from "./page.ts";
export {
  type LayerDocument,
  type PredictionDocument,
  type Provenance,
  RUN_SCHEMA,
  type RunDocument,
  type RunParts,
  runDocument,
  type SavingsDocument,
} from "./run-document.ts";
export { standaloneSvg } from "./standalone-svg.ts";
