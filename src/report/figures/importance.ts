import * as Plot from "@observablehq/plot";
import { displayTokens } from "../display-tokens.ts";
import type { RunDocument } from "../run-document.ts";
import { CATEGORY_COLOURS, type Figure, type FigureOptions } from "./figure.ts";

const ROW_HEIGHT = 20;

interface Bar {
  readonly position: number;
  readonly word: string;
  readonly score: number;
  readonly lastLayer: number;
}

/** The score that decided over each token: its cumulative attention when it was last looked at. */
export function importanceFigure(run: RunDocument, { document }: FigureOptions): Figure {
  const words = displayTokens(run.input.tokens).map(({ text, joins }) => (joins ? `–${text}` : text));
  const bars = words.map((word, position): Bar => {
    const lastLayer = run.layers.findLast((layer) => layer.tokensKept.includes(position))!;
    const slot = lastLayer.tokensKept.indexOf(position);
    return { position, word, score: lastLayer.tokenScores[slot]!, lastLayer: lastLayer.layer };
  });
  const strongest = bars.reduce((best, bar) => (bar.score > best.score ? bar : best));
  const sentence = `“${strongest.word}” drew the most attention, ${strongest.score.toFixed(1)} summed over heads, queries and layers.`;
  const lastLayers = [...new Set(bars.map((bar) => bar.lastLayer))].sort((left, right) => left - right);
  const element = Plot.plot({
    document,
    width: 640,
    height: 50 + bars.length * ROW_HEIGHT,
    marginLeft: 110,
    marginRight: 50,
    ariaLabel: sentence,
    x: { label: "cumulative importance →", grid: true },
    y: {
      domain: bars.map((bar) => bar.position),
      label: null,
      tickSize: 0,
      tickFormat: (position: number) => words[position]!.slice(0, 16),
    },
    color: {
      type: "ordinal",
      domain: lastLayers.map((layer) => `until layer ${layer}`),
      range: CATEGORY_COLOURS,
      legend: true,
    },
    marks: [
      Plot.barX(bars, {
        x: "score",
        y: "position",
        fill: (bar: Bar) => `until layer ${bar.lastLayer}`,
        rx: 2,
        insetTop: 2,
        insetBottom: 2,
      }),
      Plot.text(bars, {
        x: "score",
        y: "position",
        text: (bar: Bar) => bar.score.toFixed(1),
        textAnchor: "start",
        dx: 4,
      }),
    ],
  });
  return {
    title: "Importance",
    sentence,
    element,
    table: {
      columns: ["token", "importance", "last layer that works on it"],
      rows: bars.map((bar) => [bar.word, bar.score.toFixed(3), bar.lastLayer]),
    },
  };
}
