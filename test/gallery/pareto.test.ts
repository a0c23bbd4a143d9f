import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JudgedPlan, Tuning } from "../../src/quality/tuning/tuning.ts";
import { paretoFigure, standaloneSvg } from "../../src/report/index.ts";
import { nodeDocument } from "./draw.ts";
import { pictureOf } from "./picture.ts";

const saving = (savedRatio: number) => ({ dense: savedRatio, pruned: 1, savedRatio });
function judged(savedRatio: number, points: number, parts: JudgedPlan["parts"] = {}): JudgedPlan {
  const interval = (value: number) => ({ value, low: value - 0.006, high: value + 0.005 });
  const all = saving(savedRatio);
  return {
    parts,
    quality: {
      dense: interval(0.9),
      pruned: interval(0.9 + points / 100),
      difference: interval(points / 100),
    },
    savings: {
      ...{ inputCount: 100, meanTokenCount: 11, meanTokenKeepRatio: 0.8, meanHeadKeepRatio: 1 },
      ...{ attentionOperations: all, linearOperations: all, dramBytes: all, cycles: all },
      ...{ energyPicojoules: all, measuredMilliseconds: all },
      dramBytesAgainst: { float32: all, sameBits: all },
    },
  };
}

const chosen = judged(2.6, -0.31, {
  quantization: { kind: "static", queryBits: 4, keyBits: 5, valueBits: 3 },
});
const tuning: Tuning = {
  ...{ schema: "spatten/tuning@1", model: "model", engine: "onnx", task: "classification", seed: 0 },
  dataset: { name: "data", format: "test", split: "validation", rowCount: 900, cutFrom: null },
  metric: { id: "accuracy", title: "accuracy" },
  ...{ floorPoints: 0.5, margin: 1, objective: "dramBytes", finding: "bits", confirmation: null, test: null },
  search: {
    ...{ triedCount: 9, judgedOnAllCount: 6, trialBudget: 9, rowCounts: [100, 300, 900] },
    ...{ supportPerClass: null, leftOut: [] },
  },
  chosen: { ...chosen, plan: { name: "tuned", source: "test" } },
  front: [judged(3.1, -0.9), chosen, judged(2.2, -0.1), judged(1.7, 0.12)],
  others: [
    ...[1, 1.4, 1.9, 2.1].map((savedRatio, index) => ({
      rowCount: 900,
      differencePoints: -0.1 * index,
      savedRatio,
    })),
    ...[1.2, 2.4, 5].map((savedRatio, index) => ({ rowCount: 100, differencePoints: -index, savedRatio })),
  ],
  bootstrap: { seed: 0, resampleCount: 200, levelRatio: 0.95 },
};
const draw = (of: Tuning) => paretoFigure(of, { document: nodeDocument() });

describe("the picture of a search", () => {
  it("looks as it did", async () => {
    const file = join(import.meta.dirname, "output", "tuning-pareto.svg");
    await expect(pictureOf(draw(tuning))).toMatchFileSnapshot(file);
  });

  it("answers in its label, and has the front as a table", () => {
    const { sentence, element, table } = draw(tuning);
    expect(element.getAttribute("aria-label")).toBe(sentence);
    expect(sentence).toContain(
      "Of 9 plans tried, the cheapest within 0.5 points of dense accuracy takes 2.60× less",
    );
    expect(table.rows.map((row) => row[1])).toEqual(["3.10×", "2.60×", "2.20×", "1.70×"]);
    expect(table.rows[1]).toEqual(["bits 4/5/3", "2.60×", "−0.31", "−0.91 to +0.19"]);
  });

  it("leaves out what lies below its frame, and draws no text of others as markup", () => {
    const metric = { id: "accuracy", title: '<script>alert(1)</script> & "b" \u001b[31m' };
    const svg = standaloneSvg(draw({ ...tuning, metric }));
    expect(svg).not.toMatch(/<script|\u001b/);
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#)/);
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(svg).not.toContain("5.00×");
  });
});
