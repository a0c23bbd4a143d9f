import * as Plot from "@observablehq/plot";
import type { LedgerRow } from "../../experiments/ledger/ledger-row.ts";
import { formatDigits, formatQuantity } from "../format.ts";
import { inertText } from "../inert-text.ts";
import { CATEGORY_COLOURS, type Figure, type FigureOptions } from "./figure.ts";

const [PLOT_WIDTH, CHARACTER_WIDTH, ROW_HEIGHT, FRAME, LEGEND_HEIGHT] = [300, 6.4, 15, 62, 26] as const;
/** Panels that are wider stand one below the other. */
const WIDEST_OF_TWO = 520;
/** Largest over smallest value from which on a scale is logarithmic. */
const LOGARITHMIC_FROM = 8;
const [PUBLISHED, OURS] = [CATEGORY_COLOURS[1]!, CATEGORY_COLOURS[0]!];
const NAME_SPACE = "http://www.w3.org/2000/svg";

interface Panel {
  readonly name: string;
  readonly rows: readonly PlottedRow[];
}

/** Published numbers and ours of one experiment, a line each, on the own scale of every panel. */
export function ledgerFigure(title: string, rows: readonly LedgerRow[], { document }: FigureOptions): Figure {
  const panels = panelsOf(rows);
  const sentence = `${title}: ${panels.flatMap((panel) => panel.rows).length} published numbers (rings) beside ours (dots), in ${panels.length} panels.`;
  const root = document.createElementNS(NAME_SPACE, "svg");
  root.setAttribute("aria-label", sentence);
  root.setAttribute("role", "img");
  root.setAttribute("style", "font-family: system-ui, sans-serif");
  appendLegend(root, document);
  const labelWidth =
    16 +
    CHARACTER_WIDTH * Math.max(...panels.flatMap((panel) => panel.rows).map(({ label }) => label.length));
  const panelWidth = labelWidth + PLOT_WIDTH;
  const columnCount = panelWidth > WIDEST_OF_TWO ? 1 : 2;
  let top: number = LEGEND_HEIGHT;
  for (let start = 0; start < panels.length; start += columnCount) {
    const line = panels.slice(start, start + columnCount);
    for (const [column, panel] of line.entries()) {
      const drawn = drawPanel(panel, labelWidth, document);
      drawn.setAttribute("x", String(column * panelWidth));
      drawn.setAttribute("y", String(top));
      root.appendChild(drawn);
    }
    top += Math.max(...line.map(heightOf));
  }
  const width = panelWidth * Math.min(columnCount, panels.length);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(top));
  root.setAttribute("viewBox", `0 0 ${width} ${top}`);
  return {
    title,
    sentence,
    element: root,
    table: {
      columns: ["panel", "", "published", "ours", "deviation"],
      rows: panels.flatMap(({ name, rows: own }) =>
        own.map((row) => [
          name,
          row.label,
          formatDigits(row.published),
          formatDigits(row.ours),
          row.deviationPercent === null ? "–" : `${formatDigits(row.deviationPercent)} %`,
        ]),
      ),
    },
  };
}

/** A row with ours, and what stands beside it. */
interface PlottedRow extends LedgerRow {
  readonly ours: number;
  readonly label: string;
}

/** Rows with ours, in the panels that they name; else what quantities of one unit have before a colon is their panel. */
function panelsOf(rows: readonly LedgerRow[]): Panel[] {
  const plotted = rows.filter((row): row is LedgerRow & { readonly ours: number } => row.ours !== null);
  const subjects = new Map<string, number>();
  for (const row of plotted) subjects.set(subjectOf(row), (subjects.get(subjectOf(row)) ?? 0) + 1);
  const panels = new Map<string, PlottedRow[]>();
  for (const row of plotted) {
    const subject = subjectOf(row);
    const isShared = row.quantity.includes(COLON) && subjects.get(subject)! > 1;
    const panel = row.plot?.panel ?? (isShared ? subject : unitTitle(row.unit));
    const label = row.plot?.label ?? (isShared ? afterColon(row.quantity) : row.quantity);
    panels.set(panel, [...(panels.get(panel) ?? []), { ...row, label: inertText(label) }]);
  }
  return [...panels].map(([name, own]) => ({ name: inertText(name), rows: own }));
}

const COLON = ": ";

function subjectOf({ quantity, unit }: LedgerRow): string {
  return `${quantity.split(COLON)[0]!}, ${unitTitle(unit)}`;
}

function afterColon(quantity: string): string {
  return quantity.slice(quantity.indexOf(COLON) + COLON.length);
}

function unitTitle(unit: string): string {
  return unit === "×" ? "times" : unit === "" ? "numbers" : unit;
}

function heightOf({ rows }: Panel): number {
  return FRAME + ROW_HEIGHT * rows.length;
}

function drawPanel(panel: Panel, labelWidth: number, document: Document): Element {
  const values = panel.rows.flatMap(({ published, ours }) => [published, ours]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLogarithmic = least > 0 && most / least >= LOGARITHMIC_FROM;
  const y = { y: "label" };
  return Plot.plot({
    document,
    ...{ width: labelWidth + PLOT_WIDTH, height: heightOf(panel) },
    ...{ marginLeft: labelWidth, marginRight: 18, marginTop: 34 },
    ariaLabel: panel.name,
    style: { fontSize: "11px", overflow: "visible" },
    x: {
      ...(isLogarithmic
        ? {
            type: "log",
            domain: [least / 1.3, most * 1.3] as [number, number],
            ticks: logarithmicTicks(least, most),
          }
        : { domain: linearDomain(least, most), ticks: 5 }),
      ...{
        grid: true,
        label: null,
        tickFormat: (value: number) => formatQuantity(value, "").replace(" ", ""),
      },
    },
    y: { domain: panel.rows.map(({ label }) => label), label: null, tickSize: 0 },
    marks: [
      Plot.text([panel.name], {
        ...{
          frameAnchor: "top-left",
          dx: 4 - labelWidth,
          dy: -22,
          textAnchor: "start",
          fontWeight: "bold",
          fontSize: 12,
        },
        text: (name: string) => name,
      }),
      Plot.ruleY(panel.rows, {
        ...y,
        x1: "published",
        x2: "ours",
        stroke: "currentColor",
        strokeOpacity: 0.35,
      }),
      Plot.dot(panel.rows, { ...y, x: "ours", r: 3.2, fill: OURS }),
      Plot.dot(panel.rows, { ...y, x: "published", r: 4, stroke: PUBLISHED, strokeWidth: 1.8 }),
    ],
  });
}

/** Round values inside, as many as have room for their labels. */
function logarithmicTicks(least: number, most: number): number[] {
  const decades: number[] = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power <= most; power++) decades.push(10 ** power);
  const inside = (steps: readonly number[]): number[] =>
    decades
      .flatMap((decade) => steps.map((step) => Number((step * decade).toPrecision(1))))
      .filter((tick) => tick >= least / 1.3 && tick <= most * 1.3);
  return [[1, 2, 5], [1, 3], [1]].map(inside).find((ticks) => ticks.length <= 6) ?? inside([1]);
}

function linearDomain(least: number, most: number): [number, number] {
  const room = 0.06 * (most - least || Math.abs(most) || 1);
  return [least >= 0 && least - room < 0.25 * most ? 0 : least - room, most + room];
}

function appendLegend(root: Element, document: Document): void {
  const mark = (x: number, text: string, attributes: Readonly<Record<string, string>>): void => {
    const circle = document.createElementNS(NAME_SPACE, "circle");
    const placed = { cx: String(x), cy: "13", r: "4", ...attributes };
    for (const [name, value] of Object.entries(placed)) circle.setAttribute(name, value);
    const label = document.createElementNS(NAME_SPACE, "text");
    const at = { x: String(x + 9), y: "17", "font-size": "12", fill: "currentColor" };
    for (const [name, value] of Object.entries(at)) label.setAttribute(name, value);
    label.textContent = text;
    root.appendChild(circle);
    root.appendChild(label);
  };
  mark(12, "published", { fill: "none", stroke: PUBLISHED, "stroke-width": "1.8" });
  mark(104, "ours", { fill: OURS });
}
