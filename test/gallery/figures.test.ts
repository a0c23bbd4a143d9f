import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import {
  energyFigure,
  type Figure,
  importanceFigure,
  type RunDocument,
  runFigures,
  sieveFigure,
  trafficFigure,
} from "../../src/report/index.ts";
import { nodeDocument, runOf, SENTENCE } from "./draw.ts";
import { pictureOf } from "./picture.ts";

const PLANS = ["clinc150-safe", "clinc150-strong"] as const;
const FIGURES = {
  sieve: sieveFigure,
  importance: importanceFigure,
  traffic: trafficFigure,
  energy: energyFigure,
} as const;
const NAMES = Object.keys(FIGURES) as (keyof typeof FIGURES)[];

const runs = new Map<string, RunDocument>();
beforeAll(async () => {
  for (const plan of PLANS) runs.set(plan, await runOf(SENTENCE, plan));
});

function draw(name: keyof typeof FIGURES, run: RunDocument): Figure {
  return FIGURES[name](run, { document: nodeDocument() });
}

describe.each(PLANS)("the figures of a run under %s", (plan) => {
  it.each(NAMES)("look as they did: %s", async (name) => {
    const file = join(import.meta.dirname, "output", `${plan}-${name}.svg`);
    await expect(pictureOf(draw(name, runs.get(plan)!))).toMatchFileSnapshot(file);
  });

  it("come in reading order, each with a sentence that is its label and a table", () => {
    const figures = runFigures(runs.get(plan)!, { document: nodeDocument() });
    expect(figures.map((figure) => figure.title)).toEqual([
      "The sieve",
      "Importance",
      "DRAM traffic",
      "Energy",
    ]);
    for (const figure of figures) expectWhole(figure);
  });
});

describe("the table beside a figure", () => {
  it("agrees with the document and with the marks, whatever the text", async () => {
    const random = createRandom(7);
    const words = "please tell me what my bank balance was unbelievably yesterday zürich 42 ?".split(" ");
    for (let trial = 0; trial < 8; trial++) {
      const text = Array.from({ length: 1 + random.integer(24) }, () => words[random.integer(words.length)]!);
      const run = await runOf(text.join(" "), PLANS[trial % PLANS.length]!);
      expectSieve(draw("sieve", run), run);
      expectImportance(draw("importance", run), run);
      const { dense, pruned } = run.machine;
      for (const [reported, report] of Object.entries({ dense, pruned })) {
        expect(sumOf(draw("traffic", run), reported)).toBe(report.bytes.total);
        const energy = draw("energy", run);
        // Units and total are rounded each for itself.
        expect(sumOf(energy, reported)).toBeCloseTo(report.energyPicojoules.total, 1);
        for (const [of, unit, value] of energy.table.rows) {
          if (of === reported) expect(value).toBe(report.energyPicojoules.units[String(unit)]);
        }
      }
      for (const name of ["traffic", "energy"] as const) {
        const figure = draw(name, run);
        expect(marksIn(figure, "bar", "rect")).toBe(figure.table.rows.length);
      }
    }
  });
});

describe("hostile tokens", () => {
  const HOSTILE = [
    '"><script>alert(1)</script>',
    '" onload="alert(2)',
    "</svg><img src=x onerror=alert(3)>",
    "</title><iframe>",
    "]]><!--",
    "\u001b[31m\u202e\u2066\u0000",
    "&lt;b&gt;&#x202e;",
    "##</style><style>*{}",
    "__proto__",
    "",
  ];

  it.each(NAMES)("are inert in %s", (name) => {
    const run = runs.get("clinc150-safe")!;
    const tokens = run.input.tokens.map((_, index) => HOSTILE[index % HOSTILE.length]!);
    const figure = draw(name, { ...run, input: { ...run.input, tokens } });
    const markup = figure.element.outerHTML;
    expect(markup).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/,
    );
    expect(shapeOf(markup)).toEqual(shapeOf(draw(name, run).element.outerHTML));
    expectWhole(figure);
  });
});

/** Names of the elements and attributes that a page would see: what a text must not change. */
function shapeOf(markup: string): string[] {
  const { document } = parseHTML(`<!doctype html><html><body>${markup}</body></html>`);
  const elements = [...document.querySelectorAll("body *")];
  const names = elements.flatMap((element) => [
    element.tagName.toLowerCase(),
    ...element.getAttributeNames().map((name) => `@${name}`),
  ]);
  return [...new Set(names)].sort();
}

function expectWhole(figure: Figure): void {
  const drawing = pictureElement(figure);
  expect(drawing.getAttribute("aria-label")).toBe(figure.sentence);
  expect(figure.sentence.length).toBeGreaterThan(20);
  expect(figure.table.rows.length).toBeGreaterThan(0);
  for (const row of figure.table.rows) expect(row).toHaveLength(figure.table.columns.length);
}

function pictureElement({ element }: Figure): Element {
  return element.tagName.toLowerCase() === "svg" ? element : element.querySelector("svg[aria-label]")!;
}

function marksIn(figure: Figure, label: string, tag: string): number {
  return pictureElement(figure).querySelectorAll(`[aria-label="${label}"] ${tag}`).length;
}

function sumOf(figure: Figure, run: string): number {
  return figure.table.rows.filter(([of]) => of === run).reduce((sum, [, , value]) => sum + Number(value), 0);
}

function expectSieve(figure: Figure, run: RunDocument): void {
  const { rows } = figure.table;
  expect(rows).toHaveLength(run.layers.length);
  for (const [index, layer] of run.layers.entries()) {
    const [name, tokens, heads, which] = rows[index]!;
    expect(name).toBe(`layer ${layer.layer}`);
    expect(Number.parseInt(String(tokens), 10)).toBe(layer.tokensKept.length);
    const share = Number(/\(([\d.]+) %\)/.exec(String(tokens))![1]) / 100;
    expect(share).toBeCloseTo(layer.tokensKept.length / run.input.tokens.length, 4);
    expect(heads).toBe(layer.headsKept.length);
    expect(String(which).split(" ")).toHaveLength(layer.tokensKept.length);
  }
  const kept = run.layers.reduce((sum, layer) => sum + layer.tokensKept.length, 0);
  expect(marksIn(figure, "cell", "rect")).toBe(kept);
  expect(marksIn(figure, "dot", "circle")).toBe(run.layers.length * run.input.tokens.length - kept);
}

function expectImportance(figure: Figure, run: RunDocument): void {
  const { rows } = figure.table;
  expect(rows).toHaveLength(run.input.tokens.length);
  expect(marksIn(figure, "bar", "rect")).toBe(rows.length);
  for (const [position, [, importance, lastLayer]] of rows.entries()) {
    const layer = run.layers[Number(lastLayer)]!;
    const score = layer.tokenScores[layer.tokensKept.indexOf(position)]!;
    expect(Number(importance)).toBeCloseTo(score, 3);
    for (const later of run.layers.slice(Number(lastLayer) + 1))
      expect(later.tokensKept).not.toContain(position);
  }
}
