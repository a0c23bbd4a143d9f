import * as Plot from "@observablehq/plot";
import type { JudgedPlan, Tuning } from "../../quality/tuning/tuning.ts";
import { formatRatio } from "../format.ts";
import { inertText } from "../inert-text.ts";
import { describeParts, objectiveTitle, paretoPoints, pointsText } from "../tuning-words.ts";
import { CATEGORY_COLOURS, type Figure, type FigureOptions } from "./figure.ts";

const [BLUE, ORANGE, GREEN] = CATEGORY_COLOURS as [string, string, string];
const GREY = "#8a8a8a";
/** How each kind of point looks: apart by symbol and by lightness, so that no eye needs the colours. */
const KINDS = [
  { kind: "stopped", label: "given up on fewer rows", symbol: "times", colour: GREY, radius: 2.5 },
  { kind: "tried", label: "judged on all rows", symbol: "circle", colour: GREY, radius: 3 },
  { kind: "front", label: "nothing is better", symbol: "circle", colour: BLUE, radius: 4.5 },
  { kind: "chosen", label: "chosen", symbol: "diamond", colour: ORANGE, radius: 8 },
  { kind: "test", label: "chosen, on test rows", symbol: "square", colour: GREEN, radius: 6 },
] as const;
const [TOP, WIDTH, HEIGHT] = [58, 760, 440];
const CHARACTER_WIDTH = 6.2;

/** Quality against saving of every plan that a search tried, the front as a line, the chosen one with its interval. */
export function paretoFigure(tuning: Tuning, { document }: FigureOptions): Figure {
  const { chosen, floorPoints, metric, search } = tuning;
  const title = inertText(metric.title);
  const saved = ({ savings }: JudgedPlan) => savings[tuning.objective].savedRatio;
  const what = objectiveTitle(tuning);
  const sentence =
    `Of ${search.triedCount} plans tried, the cheapest within ${floorPoints} points of dense ${title} takes ` +
    `${formatRatio(saved(chosen))} less ${what} (${pointsText(chosen.quality.difference.value)} points on ${tuning.dataset.rowCount} ${tuning.dataset.split} rows).`;
  const { points, domain } = paretoPoints(tuning);
  const shown = points.filter(({ y }) => y >= domain.y[0]);
  const front = shown.filter(({ kind }) => kind === "front").sort((left, right) => left.x - right.x);
  const interval = chosen.quality.difference;
  const label = `chosen: ${formatRatio(saved(chosen))}, ${pointsText(interval.value)} points`;
  const element = Plot.plot({
    document,
    ...{ width: WIDTH, height: HEIGHT, marginTop: TOP, marginLeft: 58, marginRight: 20, marginBottom: 42 },
    ariaLabel: sentence,
    style: { fontSize: "12px" },
    x: {
      label: `${what}: dense ÷ pruned →`,
      domain: domain.x,
      grid: true,
      tickFormat: (value: number) => `${value}×`,
    },
    y: { label: `↑ ${title}, pruned − dense (points)`, domain: domain.y, grid: true },
    marks: [
      Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.6 }),
      Plot.ruleY([-floorPoints], { stroke: ORANGE, strokeWidth: 1.5, strokeDasharray: "6 4" }),
      Plot.text([-floorPoints], {
        ...{ y: (value: number) => value, frameAnchor: "left", textAnchor: "start", dy: 9, dx: 6 },
        text: () => `floor: ${floorPoints} points below dense`,
      }),
      Plot.line(front, { x: "x", y: "y", stroke: BLUE, strokeOpacity: 0.6, curve: "step-before" }),
      Plot.ruleX([chosen], {
        x: saved,
        y1: Math.max(domain.y[0], interval.low * 100),
        y2: interval.high * 100,
        ...{ stroke: ORANGE, strokeWidth: 2.5, strokeOpacity: 0.55 },
      }),
      ...KINDS.map(({ kind, symbol, colour, radius }) =>
        Plot.dot(
          shown.filter((point) => point.kind === kind),
          { x: "x", y: "y", symbol, r: radius, ...inkOf(kind, colour), title: "words" },
        ),
      ),
      // At the foot of its interval, where few points are, and away from the edge that is nearer.
      Plot.text([chosen], {
        ...{ x: saved, y: Math.max(domain.y[0], interval.low * 100), dy: -8, text: () => label },
        ...(saved(chosen) > (domain.x[0] + domain.x[1]) / 2
          ? { textAnchor: "end", dx: -8 }
          : { textAnchor: "start", dx: 8 }),
        ...{ fontWeight: "bold", fontSize: 13, stroke: "white", strokeWidth: 4, fill: "#1a1a1a" },
      }),
      ...legend(new Set(shown.map(({ kind }) => kind))),
    ],
  });
  return {
    title: "What pruning costs",
    sentence,
    element,
    table: {
      columns: ["plan", `${what} saved`, `${title}, pruned − dense (points)`, "interval"],
      rows: tuning.front.map((plan) => [
        describeParts(plan.parts),
        formatRatio(saved(plan)),
        pointsText(plan.quality.difference.value),
        `${pointsText(plan.quality.difference.low)} to ${pointsText(plan.quality.difference.high)}`,
      ]),
    },
  };
}

function inkOf(kind: string, colour: string) {
  if (kind === "stopped") return { stroke: colour, strokeOpacity: 0.7 };
  if (kind === "tried") return { stroke: colour, fill: "white" };
  return { fill: colour, stroke: "white", strokeWidth: 1 };
}

/** What the points mean, in a row above the frame: drawn, so that the picture explains itself as a file, too. */
function legend(present: ReadonlySet<string>): Plot.Markish[] {
  let offset = 4;
  return KINDS.filter(({ kind }) => present.has(kind)).flatMap(({ kind, label, symbol, colour, radius }) => {
    const dx = offset;
    offset += 30 + label.length * CHARACTER_WIDTH;
    const place = { frameAnchor: "top-left", dy: -22 } as const;
    return [
      Plot.dot([0], { ...place, dx, symbol, r: Math.min(radius, 6), ...inkOf(kind, colour) }),
      Plot.text([label], {
        ...place,
        dx: dx + 11,
        lineAnchor: "middle",
        textAnchor: "start",
        text: (name: string) => name,
      }),
    ];
  });
}
