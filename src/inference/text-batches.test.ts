import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loweredPlans, withoutSpinning } from "../../test/support/onnx-plans.ts";
import { folderInMemory, tinyFamilies } from "../../test/support/tiny-folders.ts";
import { isSpattenError } from "../base/errors.ts";
import { onnxRuntimeInNode } from "../platform/node/onnx-runtime.ts";
import { parsePlan } from "../pruning/plan.ts";
import { type Engine, referenceEngine } from "./engines/engine.ts";
import { createOnnxEngine } from "./engines/onnx/onnx-engine.ts";
import type { Prediction } from "./predictions.ts";
import { loadTextModel, type TextRun } from "./text-model.ts";

const runtime = onnxRuntimeInNode("onnxruntime-node", undefined, withoutSpinning);
const onnx = createOnnxEngine({ id: "onnx", title: "native", runtime });
const words = fc.constantFrom("what", "is", "my", "balance", "unseen", "?", "[MASK]", "<mask>");
const texts = fc.array(
  fc.array(words, { minLength: 1, maxLength: 9 }).map((row) => row.join(" ")),
  { minLength: 1, maxLength: 7 },
);

/** All numbers of an answer. */
function numbersOf(prediction: Prediction): number[] {
  switch (prediction.kind) {
    case "classification":
      return [...prediction.logits];
    case "regression":
      return [prediction.value];
    case "embedding":
      return [...prediction.vector];
    case "span":
      return [prediction.score];
    case "mask":
      return prediction.fills.flatMap(({ candidates }) => candidates.map(({ probability }) => probability));
  }
}

function difference(left: TextRun, right: TextRun): number {
  const [ours, theirs] = [numbersOf(left.prediction), numbersOf(right.prediction)];
  expect(ours).toHaveLength(theirs.length);
  const scale = Math.max(1e-3, ...theirs.map(Math.abs));
  return Math.max(0, ...ours.map((value, index) => Math.abs(value - theirs[index]!))) / scale;
}

const keptSets = ({ layers }: TextRun) => layers.map(({ tokens, heads }) => ({ tokens, heads }));

describe.each(tinyFamilies.filter(({ takesTexts }) => takesTexts))(
  "texts of a $name in batches",
  (family) => {
    it.each([
      ["reference", referenceEngine, 0, 12],
      ["onnx", onnx, 1e-4, 3],
    ] as const)("equal one by one, in their order, on %s", async (_id, engine: Engine, bound, numRuns) => {
      const models = await Promise.all(family.folders.map((files) => loadTextModel(folderInMemory(files))));
      await fc.assert(
        fc.asyncProperty(
          texts,
          loweredPlans,
          fc.constantFrom(...models),
          fc.integer({ min: 1, max: 4 }),
          async (drawn, plan, model, batchSize) => {
            const context = model.task === "question-answering" ? "my balance is unseen" : undefined;
            // Whatever the plan drops, a classifier reads the first token.
            const safe = { ...plan, tokens: { ...plan.tokens!, protect: { firstCount: 1, lastCount: 0 } } };
            const options = { plan: safe, engine, truncate: true };
            const rows = drawn.map((text) => ({ text, context }));
            const together = await model.runBatch(rows, { ...options, batchSize });
            expect(together.map(({ text }) => text)).toEqual(drawn);
            for (const [index, text] of drawn.entries()) {
              const alone = await model.run(text, { ...options, context });
              expect(keptSets(together[index]!)).toEqual(keptSets(alone));
              expect(difference(together[index]!, alone)).toBeLessThanOrEqual(bound);
              expect(together[index]!.workload).toEqual(alone.workload);
            }
          },
        ),
        { numRuns },
      );
    });
  },
);

describe("a batch", () => {
  const none = parsePlan({ name: "none", source: "test" });
  const load = () => loadTextModel(folderInMemory(tinyFamilies[0]!.folders[0]!));

  it("of nothing is nothing, and a text that is refused alone is refused in it", async () => {
    const model = await load();
    const options = { plan: none, engine: referenceEngine };
    expect(await model.runBatch([], options)).toEqual([]);
    const error = await model.runBatch(["what", " "], options).catch((reason: unknown) => reason);
    expect(isSpattenError(error) && error.code).toBe("input");
  });

  it("goes to the engine in groups of like length, and tells how many texts are done", async () => {
    const sizes: number[][] = [];
    const engine: Engine = {
      ...referenceEngine,
      runBatch: async (model, { inputs, ...rest }) => {
        sizes.push(inputs.map((input) => (input.kind === "tokens" ? input.ids.length : 0)));
        return Promise.all(inputs.map((input) => referenceEngine.runEncoder(model, { ...rest, input })));
      },
    };
    const done: number[] = [];
    const drawn = ["what is my balance", "what", "is my", "my balance", "is"];
    await (await load()).runBatch(drawn, {
      ...{ plan: none, engine, batchSize: 2 },
      onProgress: (progress) => done.push(progress.done),
    });
    // The fifth text is alone, which needs no batch.
    expect(sizes).toEqual([
      [3, 3],
      [4, 4],
    ]);
    expect(done).toEqual([2, 4, 5]);
  });
});
