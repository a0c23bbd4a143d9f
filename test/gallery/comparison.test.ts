import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { benchmarks } from "../../src/experiments/spatten/benchmarks/benchmarks.ts";
import { benchmarkWorkload } from "../../src/experiments/spatten/benchmarks/synthesis.ts";
import { createSpatten } from "../../src/index.ts";
import type { Comparison } from "../../src/machines/compare.ts";
import { comparisonBarsFigure, rooflineFigure, standaloneSvg } from "../../src/report/index.ts";
import { nodeDocument } from "./draw.ts";
import { pictureOf } from "./picture.ts";

const FIGURES = { "comparison-bars": comparisonBarsFigure, roofline: rooflineFigure } as const;
const MACHINES = ["titan-xp", "spatten", "a3-base", "mnnfast", "raspberry-pi-4", "bert-behavioural"];

let comparison: Comparison;
beforeAll(async () => {
  const row = benchmarks.find(({ id }) => id === "bert-large-rte")!;
  comparison = await createSpatten().compare(benchmarkWorkload(row), { machines: MACHINES });
});

describe.each(["comparison-bars", "roofline"] as const)("the figure %s", (name) => {
  const draw = (of: Comparison) => FIGURES[name](of, { document: nodeDocument() });

  it("looks as it did", async () => {
    const file = join(import.meta.dirname, "output", `${name}.svg`);
    await expect(pictureOf(draw(comparison))).toMatchFileSnapshot(file);
  });

  it("has every machine in its table, and an answer as its label", () => {
    const { element, sentence, table } = draw(comparison);
    expect(table.rows.map(([machine]) => machine)).toEqual(MACHINES);
    expect(element.outerHTML).toContain('aria-label="');
    expect(sentence).toContain("spatten");
  });

  it("draws a name that is markup as text", () => {
    const rows = comparison.rows.map((row) => ({ ...row, machine: `<b>${row.machine}</b>\u202e` }));
    const svg = standaloneSvg(draw({ ...comparison, rows }));
    expect(svg).not.toContain("<b>");
    expect(svg).not.toContain("\u202e");
    const { document } = parseHTML(svg);
    expect(document.querySelectorAll("b")).toHaveLength(0);
  });
});

it("tells of a machine without energy that it is not priced", () => {
  const { table } = comparisonBarsFigure(comparison, { document: nodeDocument() });
  expect(table.rows.at(-1)).toEqual(["bert-behavioural", expect.stringMatching(/×$/), "not priced"]);
});
