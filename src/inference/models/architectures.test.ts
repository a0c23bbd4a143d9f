import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { randomModel } from "../../../test/support/tiny-bert.ts";
import { tinyCases, tinyInput, tinyVit } from "../../../test/support/tiny-models.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { pruningMethods } from "../../pruning/methods/registry.ts";
import { parsePlan } from "../../pruning/plan.ts";
import { referenceEngine } from "../engines/engine.ts";
import { runMaskedEncoder } from "../engines/reference/encoder.reference.ts";
import { tensorShapesOf } from "./architecture.ts";
import { rowCountOf } from "./encoder-model.ts";
import { architectureOf, architectures } from "./registry.ts";

const planArbitrary = fc
  .tuple(
    fc.double({ min: 0.2, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([keepRatio, heads, quarters]) =>
    parsePlan({
      name: "drawn",
      source: "property test",
      tokens: {
        schedule: { kind: "per-layer", keepRatio: [1, Math.sqrt(keepRatio), keepRatio] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
        method: "spatten",
        protect: { firstCount: 1, lastCount: 0 },
      },
      heads: {
        schedule: { kind: "counts", keepCount: [3, 3, heads] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
      },
      values: { keepRatio: quarters / 4, rounding: "ceil", minimumCount: 1 },
    }),
  );

describe.each(tinyCases.map((row) => ({ ...row, id: architectureOf(row.config, "tiny").id })))(
  "$id, $task",
  ({ config, names, task }) => {
    const layout = architectureOf(config, "tiny").layoutOf(config, new Set(names), "tiny");

    it("has the task, and asks for each tensor once", () => {
      expect(layout.task).toBe(task);
      const asked: string[] = [];
      layout.build((name, shape) => {
        asked.push(name);
        return new Float32Array(shape.reduce((product, size) => product * size, 1));
      });
      expect(new Set(asked).size).toBe(asked.length);
      expect([...tensorShapesOf(layout).keys()]).toEqual(asked);
    });

    it("removed equals masked, within 1e-5 of the largest output", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(500), planArbitrary, async (seed, plan) => {
          const model = randomModel(layout, seed);
          const input = tinyInput(layout.vocabularySize === undefined, seed);
          const run = await referenceEngine.runEncoder(model, {
            ...{ input, plan, methods: pruningMethods, checkpoint: neverRest, captureTensors: false },
          });
          const masks = run.layers.map((layer) => ({
            tokens: layer.tokens,
            heads: layer.heads,
            valueCount: layer.headDecisions[0]!.valuesPerQuery[0]!,
          }));
          const masked = await runMaskedEncoder(model, input, masks, run.outputTokens);
          expect(run.logits).toHaveLength(masked.length);
          const scale = Math.max(1e-3, ...Array.from(masked, Math.abs));
          for (const [index, logit] of run.logits.entries()) {
            expect(Math.abs(logit - masked[index]!) / scale).toBeLessThan(1e-5);
          }
          expect(run.layers[0]!.tokens).toHaveLength(rowCountOf(input));
        }),
        { numRuns: 12 },
      );
    });
  },
);

test("every architecture is tried here", () => {
  const tried = new Set(tinyCases.map(({ config }) => architectureOf(config, "tiny").id));
  expect([...tried].sort()).toEqual(architectures.map(({ id }) => id).sort());
});

test("an unknown type names the known ones, and a broken field its name", () => {
  expect(() => architectureOf({ model_type: "bart" }, "m")).toThrow('got "bart"; expected one of "bert"');
  expect(() => architectureOf({ model_type: "rbert" }, "m")).toThrow('did you mean "bert"');
  expect(() => architectureOf({}, "m")).toThrow("names no model_type");
  const broken = { ...tinyVit, image_size: 13 };
  expect(() => architectureOf(broken, "m").layoutOf(broken, new Set(), "m")).toThrow("image_size 13");
});
