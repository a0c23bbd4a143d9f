import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { referenceEngine } from "../../src/inference/engines/engine.ts";
import { loadTextModel, type TextModel } from "../../src/inference/text-model.ts";
import { openFolder } from "../../src/platform/node/folder.ts";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import { parsePlan } from "../../src/pruning/plan.ts";
import { parseClinc150 } from "../../src/quality/datasets/clinc150.ts";
import { hasShared, sharedData } from "../support/shared.ts";

interface ReferenceText {
  readonly text: string;
  readonly ids: number[];
  readonly logits: number[];
  readonly layers: { tokenImportance: number[]; headImportance: number[]; hiddenNorm: number }[];
}

const none = parsePlan({ name: "none", source: "test" });
const every = <Item>(items: readonly Item[], step: number): Item[] =>
  items.filter((_, index) => index % step === 0);

describe.skipIf(!hasShared)("bert-clinc150 against an independent float64 pass", () => {
  let original: TextModel;
  let bundled: TextModel;
  let references: ReferenceText[];
  beforeAll(async () => {
    original = await loadTextModel(await openFolder(sharedData("bert-clinc150")));
    bundled = await loadTextModel(await openFolder(bundledModelFolder("bert-clinc150")));
    const file = readFileSync(sharedData("bert-clinc150", "reference.json"), "utf8");
    references = (JSON.parse(file) as { texts: ReferenceText[] }).texts;
  });
  const classify = async (model: TextModel, text: string) => {
    const run = await model.run(text, { plan: none, engine: referenceEngine });
    if (run.prediction.kind !== "classification") throw new Error(run.prediction.kind);
    return { ...run, prediction: run.prediction };
  };

  it("equals ids, logits (1e-4), importance and norms with the float32 weights", async () => {
    for (const reference of references) {
      const run = await classify(original, reference.text);
      expect(run.ids).toEqual(reference.ids);
      expect(largestDifference(run.prediction.logits, reference.logits)).toBeLessThan(1e-4);
      for (const [index, layer] of reference.layers.entries()) {
        const ours = run.layers[index]!;
        expect(largestDifference(ours.tokenImportance, layer.tokenImportance)).toBeLessThan(1e-3);
        expect(largestDifference(ours.headImportance, layer.headImportance)).toBeLessThan(1e-2);
        expect(ours.hiddenNorm).toBeCloseTo(layer.hiddenNorm, 2);
      }
    }
  });

  it("moves logits by less than 5e-3 in half precision, and no label of a sample of the test set", async () => {
    const file = readFileSync(sharedData("clinc150", "data_full.json"), "utf8");
    const { test } = parseClinc150(JSON.parse(file), "data_full.json");
    for (const { text } of every(test, 45)) {
      const [exact, halved] = [await classify(original, text), await classify(bundled, text)];
      expect(halved.prediction.label).toBe(exact.prediction.label);
      expect(largestDifference(halved.prediction.logits, exact.prediction.logits)).toBeLessThan(5e-3);
    }
  });
});

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  return Math.max(...Array.from(left, (value, index) => Math.abs(value - right[index]!)));
}
