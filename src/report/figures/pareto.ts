import * as Plot from "@observablehq/plot";
import type { Tuning } from "../../quality/tuning/tuning.ts";
import { formatPercent, formatRatio } from "../format.ts";
import { CATEGORY_COLOURS, type Figure, type FigureOptions } from "./figure.ts";

interface Point {
  readonly savedRatio: number;
  readonly differencePoints: number;
}

const COST_WORDS = {
  dramBytes: "DRAM bytes",
  energyPicojoules: "energy",
  attentionOperations: "attention operations",
  cycles: "cycles",
  measuredMilliseconds: "measured time",
} as const;

/** What an objective is called where its cost stands in a sentence. */
export function costWord(objective: Tuning["objective"]): string {
  return COST_WORDS[objective as keyof typeof COST_WORDS] ?? objective;
}

/** Quality against saving of every plan that a search tried, with the front and the plan that it chose. */
export function paretoFigure(tuning: Tuning, { document }: FigureOptions): Figure {
  const { objective, floorPoints, metric, search, dataset } = tuning;
  const pointOf = ({ quality, savings }: Tuning["chosen"] | Tuning["front"][number]): Point => ({
    savedRatio: savings[objective].savedRatio,
    differencePoints: quality.difference.value * 100,
  });
  const front = tuning.front.map(pointOf);
  const chosen = pointOf(tuning.chosen);
  const word = costWord(objective);
  const sentence =
    `Of ${search.triedCount} plans, the chosen one saves ${formatRatio(chosen.savedRatio)} in ${word} and changes ` +
    `${metric.title} by ${chosen.differencePoints.toFixed(2)} points on ${dataset.rowCount} rows of ${dataset.split}.`;
  const least = Math.min(
    -floorPoints,
    chosen.differencePoints,
    ...front.map((point) => point.differencePoints),
  );
  // Plans that ruin the model would squeeze all others together.
  const bottom = Math.min(-1, least * 2);
  const others = tuning.others.filter((point) => point.differencePoints >= bottom);
  const top = Math.max(0.5, ...[...front, ...others].map((point) => point.differencePoints));
  const place = { x: "savedRatio", y: "differencePoints" } as const;
  const [blue, orange] = CATEGORY_COLOURS as [string, string];
  const element = Plot.plot({
    document,
    ...{ width: 640, height: 360, marginLeft: 60, marginBottom: 45, marginTop: 30, ariaLabel: sentence },
    x: { label: `saved in ${word}, dense / pruned →`, grid: true, nice: true },
    y: { label: `↑ ${metric.title}, pruned − dense, points`, grid: true, domain: [bottom, top], nice: true },
    marks: [
      Plot.ruleY([0], { stroke: "#999999" }),
      Plot.ruleY([-floorPoints], { stroke: orange, strokeDasharray: "4 3" }),
      Plot.text([`floor −${floorPoints}`], {
        ...{ frameAnchor: "right", y: -floorPoints, dy: 8, fill: "#8a5d00" },
      }),
      Plot.dot(others, { ...place, r: 2.5, fill: "#bbbbbb" }),
      Plot.line(front, { ...place, stroke: blue, curve: "step-before", sort: "savedRatio" }),
      Plot.dot(front, { ...place, r: 4, fill: blue }),
      Plot.dot([chosen], { ...place, r: 8, stroke: orange, strokeWidth: 2.5 }),
      Plot.text([chosen], {
        ...{ ...place, text: () => `chosen, ${formatRatio(chosen.savedRatio)}`, dy: -16, fontWeight: "bold" },
      }),
    ],
  });
  return {
    title: "Quality against saving",
    sentence,
    element,
    table: {
      columns: ["saved", "tokens kept", "heads kept", "points"],
      rows: tuning.front.map((plan) => [
        plan.savings[objective].savedRatio,
        formatPercent(plan.savings.meanTokenKeepRatio),
        formatPercent(plan.savings.meanHeadKeepRatio),
        plan.quality.difference.value * 100,
      ]),
    },
  };
}
