import * as Plot from "@observablehq/plot";
import type { Comparison } from "../../machines/compare.ts";
import { formatMultiple } from "../format.ts";
import { inertText } from "../inert-text.ts";
import { CATEGORY_COLOURS, type Figure, type FigureOptions } from "./figure.ts";

const [WIDTH, ROW_HEIGHT, FRAME] = [760, 30, 96] as const;
const MEASURES = ["speed", "energy"] as const;
/** Room for a label beyond the longest bar on either side, as a part of the axis between them. */
const LABEL_ROOM = 0.3;

/** Speed and energy of machines as multiples of the first one's, on a logarithmic scale. */
export function comparisonBarsFigure(comparison: Comparison, { document }: FigureOptions): Figure {
  const { rows, workload } = comparison;
  const bars = rows.flatMap((row) =>
    MEASURES.map((measure) => ({
      machine: inertText(row.machine),
      measure,
      ratio: measure === "speed" ? row.speedupRatio : row.energyRatio,
    })),
  );
  const drawn = bars.filter((row): row is typeof row & { readonly ratio: number } => row.ratio !== null);
  const domain = domainOf(drawn.map(({ ratio }) => ratio));
  const first = inertText(rows[0]?.machine ?? "");
  const fastest = rows.reduce((best, row) => (row.speedupRatio > best.speedupRatio ? row : best), rows[0]!);
  const sentence =
    `On ${inertText(workload)}, ${inertText(fastest.machine)} is fastest, ${formatMultiple(fastest.speedupRatio)} as fast as ${first}` +
    `${fastest.energyRatio === null ? "" : `, and takes ${formatMultiple(1 / fastest.energyRatio)} its energy`}.`;
  const element = Plot.plot({
    document,
    ...{
      width: WIDTH,
      height: FRAME + ROW_HEIGHT * rows.length,
      marginLeft: 128,
      marginTop: 44,
      marginBottom: 46,
    },
    ariaLabel: sentence,
    style: { fontSize: "12px" },
    fx: { label: null, domain: [...MEASURES] },
    x: {
      ...{ type: "log", domain, grid: true, ticks: 4, label: `times ${first}, logarithmic →` },
      tickFormat: (value: number) => `${Number(value.toPrecision(1))}×`,
    },
    y: { domain: rows.map((row) => inertText(row.machine)), label: null, tickSize: 0 },
    marks: [
      Plot.barX(drawn, {
        ...{ fx: "measure", y: "machine", x1: () => 1, x2: "ratio", insetTop: 4, insetBottom: 4 },
        fill: ({ measure }: { readonly measure: string }) => CATEGORY_COLOURS[measure === "speed" ? 0 : 1]!,
      }),
      Plot.ruleX([1], { stroke: "currentColor" }),
      ...[true, false].map((isAhead) =>
        Plot.text(
          drawn.filter(({ ratio }) => ratio >= 1 === isAhead),
          {
            ...{ fx: "measure", y: "machine", x: "ratio", text: (row) => formatMultiple(row.ratio) },
            ...{ textAnchor: isAhead ? "start" : "end", dx: isAhead ? 4 : -4, fontWeight: "bold" },
          },
        ),
      ),
      Plot.text(
        bars.filter(({ ratio }) => ratio === null),
        {
          ...{ fx: "measure", y: "machine", x: () => 1, text: () => "not priced" },
          ...{ textAnchor: "start", dx: 4 },
        },
      ),
    ],
  });
  return {
    title: "Machines side by side",
    sentence,
    element,
    table: {
      columns: ["machine", `speed over ${first}`, `energy saving over ${first}`],
      rows: rows.map((row) => [
        inertText(row.machine),
        formatMultiple(row.speedupRatio),
        row.energyRatio === null ? "not priced" : formatMultiple(row.energyRatio),
      ]),
    },
  };
}

/** A bar to the left has its label there; one to the right always may. */
function domainOf(ratios: readonly number[]): [number, number] {
  const [least, most] = [Math.min(1, ...ratios), Math.max(1.5, ...ratios)];
  const room = (most / least) ** LABEL_ROOM;
  return [least < 1 ? least / room : least / 1.05, most * room];
}
