import * as Plot from "@observablehq/plot";
import { displayTokens } from "../display-tokens.ts";
import { formatPercent } from "../format.ts";
import type { RunDocument } from "../run-document.ts";
import type { Figure, FigureOptions } from "./figure.ts";

const CELL_WIDTH = 34;
const CELL_HEIGHT = 26;
const LEFT = 72;
const TOP = 98;
// The last word leans out over its column.
const RIGHT = 60;
const FONT_PIXELS = 12;

interface Cell {
  readonly layer: string;
  readonly position: number;
  readonly word: string;
  /** Score over the largest of the layer, or null where the token is gone. */
  readonly share: number | null;
  readonly score: number | null;
}

/** Rows are layers, columns tokens; a cell is as dark as the token's score, and gone where the token was dropped. */
export function sieveFigure(run: RunDocument, { document }: FigureOptions): Figure {
  const words = displayTokens(run.input.tokens).map(({ text, joins }) => (joins ? `–${text}` : text));
  const cells = cellsOf(run, words);
  const last = run.layers.at(-1)!;
  const sentence =
    `Of ${words.length} tokens, ${last.tokensKept.length} reach the last of ${run.layers.length} layers: ` +
    `${last.tokensKept.map((position) => words[position]!).join(" ")}`;
  const kept = cells.filter((cell) => cell.share !== null);
  const element = Plot.plot({
    document,
    width: LEFT + RIGHT + words.length * CELL_WIDTH,
    height: TOP + 10 + run.layers.length * CELL_HEIGHT,
    marginLeft: LEFT,
    marginTop: TOP,
    marginBottom: 8,
    marginRight: RIGHT,
    ariaLabel: sentence,
    style: { fontSize: `${FONT_PIXELS}px` },
    x: {
      domain: words.map((_, position) => position),
      axis: "top",
      label: null,
      tickRotate: -50,
      tickSize: 0,
      tickFormat: (position: number) => shorten(words[position]!),
      padding: 0.08,
    },
    y: { domain: run.layers.map(layerName), label: null, tickSize: 0, padding: 0.12 },
    color: { scheme: "blues", domain: [-0.25, 1] },
    marks: [
      Plot.dot(
        cells.filter((cell) => cell.share === null),
        { x: "position", y: "layer", r: 1.5, fill: "currentColor", fillOpacity: 0.25 },
      ),
      Plot.cell(kept, {
        x: "position",
        y: "layer",
        fill: "share",
        rx: 4,
        title: (cell: Cell) => `${cell.word}, ${cell.layer}: score ${cell.score!.toFixed(2)}`,
      }),
    ],
  });
  return {
    title: "The sieve",
    sentence,
    element,
    table: {
      columns: ["layer", "tokens kept", "heads kept", "which"],
      rows: run.layers.map((layer) => [
        layerName(layer),
        `${layer.tokensKept.length} (${formatPercent(layer.tokensKept.length / words.length)})`,
        layer.headsKept.length,
        layer.tokensKept.map((position) => words[position]!).join(" "),
      ]),
    },
  };
}

function layerName({ layer }: { readonly layer: number }): string {
  return `layer ${layer}`;
}

function shorten(word: string): string {
  return word.length > 14 ? `${word.slice(0, 13)}…` : word;
}

function cellsOf(run: RunDocument, words: readonly string[]): Cell[] {
  return run.layers.flatMap((layer) => {
    const largest = Math.max(...layer.tokenScores);
    const slotOf = new Map(layer.tokensKept.map((position, slot) => [position, slot]));
    return words.map((word, position) => {
      const slot = slotOf.get(position);
      const score = slot === undefined ? null : layer.tokenScores[slot]!;
      return {
        layer: layerName(layer),
        position,
        word,
        score,
        share: score === null ? null : score / largest,
      };
    });
  });
}
