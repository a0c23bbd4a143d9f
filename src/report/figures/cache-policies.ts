import * as Plot from "@observablehq/plot";
import type { PolicyFigures } from "../../quality/perplexity/policy-comparison.ts";
import { inertText } from "../inert-text.ts";
import { type Figure, type FigureOptions, SERIES_INKS } from "./figure.ts";

/** The figures of one context length under plans that each keep a part of the cache. */
export interface PolicyPanel {
  /** Such as "SmolLM2-135M, context 1,024". */
  readonly title: string;
  readonly figures: readonly (PolicyFigures & { readonly policy: string; readonly keepRatio: number })[];
}

const [WIDTH, HEIGHT] = [760, 470];
/** Where a difference is so large that the others could not be told apart, the axis ends. */
const MOST_SHOWN_NATS = 3;

/** What cache policies cost: nats a token above dense against the part of the rows that is read, a panel for each context. */
export function cachePoliciesFigure(panels: readonly PolicyPanel[], { document }: FigureOptions): Figure {
  const points = panels.flatMap(({ title, figures }) =>
    figures.map(({ policy, keepRatio, difference }) => ({
      panel: inertText(title),
      policy: inertText(policy),
      keepRatio,
      ...{ nats: difference.value, low: difference.low, high: difference.high },
    })),
  );
  const keeps = [...new Set(points.map(({ keepRatio }) => keepRatio))].sort((left, right) => left - right);
  const names = [...new Set(points.map(({ policy }) => policy))];
  const inkOf = new Map(names.map((name, index) => [name, SERIES_INKS[index % SERIES_INKS.length]!]));
  const most = Math.min(MOST_SHOWN_NATS, Math.max(0.05, ...points.map(({ high }) => high)));
  const least = Math.min(-0.02 * most, ...points.map(({ low }) => low));
  const shown = points.filter(({ nats }) => nats <= most);
  const beyond = points.length - shown.length;
  const sentence =
    `${names.length} policies on ${panels.length} ${panels.length === 1 ? "context" : "contexts"}, without fine-tuning: ` +
    `nats a token above the dense model, with 95 % intervals${beyond > 0 ? `; ${beyond} ${beyond === 1 ? "point lies" : "points lie"} above ${most} and ${beyond === 1 ? "is" : "are"} left out` : ""}.`;
  const element = Plot.plot({
    document,
    ...{ width: WIDTH, height: HEIGHT, marginTop: 84, marginLeft: 56, marginRight: 16, marginBottom: 42 },
    ariaLabel: sentence,
    style: { fontSize: "12px" },
    fx: { label: null, domain: panels.map(({ title }) => inertText(title)) },
    x: {
      ...{ type: "log", label: "part of the rows kept →", domain: [keeps.at(-1)!, keeps[0]!], ticks: keeps },
      tickFormat: (value: number) => `1/${Number((1 / value).toFixed(1))}`,
    },
    y: { label: "↑ nats a token above dense", domain: [least, most], grid: true, clamp: true },
    marks: [
      Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.6 }),
      Plot.frame({ strokeOpacity: 0.2 }),
      ...names.flatMap((name) => {
        const ink = inkOf.get(name)!;
        const own = shown.filter(({ policy }) => policy === name);
        return [
          Plot.ruleX(own, {
            ...{
              fx: "panel",
              x: "keepRatio",
              y1: "low",
              y2: (point: { high: number }) => Math.min(most, point.high),
            },
            ...{ stroke: ink.colour, strokeOpacity: 0.5, strokeWidth: 2 },
          }),
          Plot.line(own, { fx: "panel", x: "keepRatio", y: "nats", stroke: ink.colour, strokeWidth: 1.6 }),
          Plot.dot(own, {
            ...{ fx: "panel", x: "keepRatio", y: "nats", symbol: ink.symbol, r: 4, fill: ink.colour },
            ...{ stroke: "white", strokeWidth: 0.8 },
          }),
        ];
      }),
      ...legend(names, inkOf, inertText(panels[0]?.title ?? "")),
    ],
  });
  return {
    title: "What cache policies cost",
    sentence,
    element,
    table: {
      columns: ["context", "policy", "kept", "nats above dense", "interval", "rows read", "rows held"],
      rows: panels.flatMap(({ title, figures }) =>
        figures.map((row) => [
          ...[
            inertText(title),
            inertText(row.policy),
            String(row.keepRatio),
            row.difference.value.toFixed(4),
          ],
          `${row.difference.low.toFixed(4)} to ${row.difference.high.toFixed(4)}`,
          ...[row.fetchedRowRatio.toFixed(3), row.heldRowRatio.toFixed(3)],
        ]),
      ),
    },
  };
}

/** Names beside their marks, in rows above the frame. */
function legend(
  names: readonly string[],
  inkOf: ReadonlyMap<string, (typeof SERIES_INKS)[number]>,
  firstPanel: string,
): Plot.Markish[] {
  let [dx, dy] = [-40, -46];
  return names.flatMap((name) => {
    const ink = inkOf.get(name)!;
    if (dx > WIDTH - 200) [dx, dy] = [-40, dy + 16];
    const place = { frameAnchor: "top-left", fx: () => firstPanel } as const;
    const marks = [
      Plot.dot([0], { ...place, dx, dy, symbol: ink.symbol, r: 4, fill: ink.colour }),
      Plot.text([name], {
        ...place,
        dx: dx + 9,
        dy,
        lineAnchor: "middle",
        textAnchor: "start",
        text: (d: string) => d,
      }),
    ];
    dx += 30 + name.length * 6.4;
    return marks;
  });
}
