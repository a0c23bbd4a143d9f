import * as Plot from "@observablehq/plot";
import { type BarPart, CATEGORY_COLOURS, type FigureOptions } from "./figure.ts";

export interface StackedBars {
  readonly parts: readonly BarPart[];
  readonly axisLabel: string;
  readonly format: (value: number) => string;
  readonly ariaLabel: string;
}

/** The dense and the pruned run as two stacked bars on one scale. */
export function drawStackedBars(bars: StackedBars, { document }: FigureOptions): Element {
  const names = [...new Set(bars.parts.map((part) => part.part))];
  const totals = (["dense", "pruned"] as const).map((run) => ({
    run,
    total: bars.parts.filter((part) => part.run === run).reduce((sum, part) => sum + part.value, 0),
  }));
  return Plot.plot({
    document,
    width: 640,
    height: 150,
    marginLeft: 70,
    marginRight: 90,
    ariaLabel: bars.ariaLabel,
    x: { label: bars.axisLabel, grid: true, ticks: 5, tickFormat: bars.format },
    y: { domain: ["dense", "pruned"], label: null, tickSize: 0 },
    color: { type: "ordinal", domain: names, range: CATEGORY_COLOURS, legend: true },
    marks: [
      Plot.barX(bars.parts, {
        x: "value",
        y: "run",
        fill: "part",
        title: (part: BarPart) => `${part.part}: ${bars.format(part.value)}`,
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.text(totals, {
        x: "total",
        y: "run",
        text: (row: { readonly total: number }) => bars.format(row.total),
        textAnchor: "start",
        dx: 5,
        fontWeight: "bold",
      }),
    ],
  });
}
