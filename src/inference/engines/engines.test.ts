import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { loweredPlans, withoutSpinning } from "../../../test/support/onnx-plans.ts";
import { randomModel } from "../../../test/support/tiny-bert.ts";
import { tinyCases, tinyInput } from "../../../test/support/tiny-models.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { onnxRuntimeInNode } from "../../platform/node/onnx-runtime.ts";
import { pruningMethods } from "../../pruning/methods/registry.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { EncoderRun } from "../decisions.ts";
import type { EncoderModel, ModelInput } from "../models/encoder-model.ts";
import { architectureOf } from "../models/registry.ts";
import { recordWorkload } from "../recorder.ts";
import { type Engine, referenceEngine } from "./engine.ts";
import { createOnnxEngine } from "./onnx/onnx-engine.ts";
import { runMaskedEncoder } from "./reference/encoder.reference.ts";

const native = createOnnxEngine({
  ...{
    id: "onnx",
    title: "native",
    runtime: onnxRuntimeInNode("onnxruntime-node", undefined, withoutSpinning),
  },
});
const web = createOnnxEngine({
  ...{ id: "onnx-web", title: "wasm", runtime: onnxRuntimeInNode("onnxruntime-web") },
});
const call = { methods: pruningMethods, checkpoint: neverRest, captureTensors: false };
const run = (engine: Engine, model: EncoderModel, input: ModelInput, plan: PruningPlan) =>
  engine.runEncoder(model, { ...call, input, plan });

/** Largest difference, as a part of the largest value. */
function relativeDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left).toHaveLength(right.length);
  const scale = Math.max(1e-3, ...Array.from(right, Math.abs));
  return Math.max(0, ...Array.from(left, (value, index) => Math.abs(value - right[index]!))) / scale;
}

/** Whether a score that stays and one that goes differ by less than float32 sums can tell. */
function hasNearTie({ layers }: EncoderRun): boolean {
  return layers.some(({ tokenScores, tokenTopK }) => {
    if (tokenTopK === undefined) return false;
    const ordered = [...tokenScores].sort((left, right) => right - left);
    return ordered.some(
      (score, index) => index > 0 && (ordered[index - 1]! - score) / ordered[index - 1]! < 1e-5,
    );
  });
}

const counted = { compared: 0, nearTies: 0 };
afterAll(() => {
  process.stderr.write(
    `onnx against reference: ${counted.compared} runs, ${counted.nearTies} near ties left out\n`,
  );
  expect(counted.nearTies).toBeLessThan(counted.compared / 10);
});

const models = tinyCases.map(({ config, names, task }) => {
  const architecture = architectureOf(config, "tiny");
  return { id: architecture.id, task, layout: architecture.layoutOf(config, new Set(names), "tiny") };
});

function expectSameDecisions(run: EncoderRun, expected: EncoderRun): void {
  expect(run.outputTokens).toEqual(expected.outputTokens);
  for (const [index, layer] of run.layers.entries()) {
    const other = expected.layers[index]!;
    expect(layer.tokens).toEqual(other.tokens);
    expect(layer.heads).toEqual(other.heads);
    expect(layer.tokenTopK).toEqual(other.tokenTopK);
    expect(layer.linearMultiplyAccumulates).toBe(other.linearMultiplyAccumulates);
    for (const field of ["tokenScores", "tokenImportance", "headScores", "headImportance"] as const) {
      expect(relativeDifference(layer[field], other[field])).toBeLessThan(1e-4);
    }
    expect(Math.abs(layer.hiddenNorm / other.hiddenNorm - 1)).toBeLessThan(1e-4);
    for (const [slot, head] of layer.headDecisions.entries()) {
      const { maximumProbability, ...rest } = other.headDecisions[slot]!;
      expect(head).toMatchObject(rest);
      expect(relativeDifference(head.maximumProbability, maximumProbability)).toBeLessThan(1e-4);
    }
  }
}

describe.each(models)("$id, $task", ({ layout }) => {
  const takesPatches = layout.vocabularySize === undefined;

  it.each([
    ["onnx", native, 10],
    ["onnx-web", web, 3],
  ] as const)("%s gives the reference's answer, decisions and workload", async (_id, engine, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(500), loweredPlans, async (seed, plan) => {
        const model = randomModel(layout, seed);
        const input = tinyInput(takesPatches, seed);
        const expected = await run(referenceEngine, model, input, plan);
        const actual = await run(engine, model, input, plan);
        const masks = actual.layers.map(({ tokens, heads }) => ({
          tokens,
          heads,
          valueCount: tokens.length,
        }));
        const masked = await runMaskedEncoder(model, input, masks, actual.outputTokens);
        expect(relativeDifference(actual.logits, masked)).toBeLessThan(1e-4);
        counted.compared++;
        if (hasNearTie(expected)) {
          counted.nearTies++;
          return;
        }
        expect(relativeDifference(actual.logits, expected.logits)).toBeLessThan(1e-4);
        expectSameDecisions(actual, expected);
        const recorded = { ...layout.shape, name: "tiny", tokenCount: actual.layers[0]!.tokens.length };
        expect(recordWorkload(recorded, plan, actual.layers)).toEqual(
          recordWorkload(recorded, plan, expected.layers),
        );
      }),
      { numRuns },
    );
  });

  it("a batch of unequal lengths equals one by one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(500),
        loweredPlans,
        fc.integer({ min: 1, max: 40 }),
        async (seed, plan, size) => {
          const model = randomModel(layout, seed);
          const inputs = Array.from({ length: takesPatches ? 3 : size }, (_, row) =>
            tinyInput(takesPatches, seed + row),
          );
          const together = await native.runBatch(model, { ...call, inputs, plan });
          for (const [index, input] of inputs.entries()) {
            const alone = await run(native, model, input, plan);
            if (hasNearTie(alone)) continue;
            expect(relativeDifference(together[index]!.logits, alone.logits)).toBeLessThan(1e-4);
            expectSameDecisions(together[index]!, alone);
          }
        },
      ),
      { numRuns: 4 },
    );
  });
});
