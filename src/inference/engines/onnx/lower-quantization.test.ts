import { describe, expect, it } from "vitest";
import { withoutSpinning } from "../../../../test/support/onnx-plans.ts";
import { randomModel, tinyBertLayout } from "../../../../test/support/tiny-bert.ts";
import { neverRest } from "../../../base/checkpoint.ts";
import { onnxRuntimeInNode } from "../../../platform/node/onnx-runtime.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import { referenceEngine } from "../engine.ts";
import { createOnnxEngine } from "./onnx-engine.ts";

const runtime = onnxRuntimeInNode("onnxruntime-node", undefined, withoutSpinning);
const engine = createOnnxEngine({ id: "onnx", title: "native", runtime });
const call = { methods: pruningMethods, checkpoint: neverRest, captureTensors: false };
const inputOf = (seed: number, length: number) => ({
  kind: "tokens" as const,
  ids: Array.from({ length }, (_, index) => (seed * 7 + index * 11) % 40),
});

/** Halved sentences, one head fewer in the last layer, and Q, K and V at widths of their own. */
function planOf(queryBits: number, keyBits: number, valueBits: number): PruningPlan {
  return parsePlan({
    ...{ name: "narrow", source: "test" },
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [1, 0.5] },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten" },
      protect: { firstCount: 1, lastCount: 0 },
    },
    fixedHeads: [
      [0, 1, 2],
      [0, 1, 2],
      [0, 2],
    ],
    quantization: { kind: "static", queryBits, keyBits, valueBits },
  });
}

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(right, Math.abs));
  return Math.max(...Array.from(left, (value, index) => Math.abs(value - right[index]!))) / scale;
}

describe("static quantization in a graph", () => {
  it("computes with the codes of the reference engine", async () => {
    // A value that lies half-way between two codes to within float32's rounding may take the other one.
    const errors: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const model = randomModel(tinyBertLayout, seed);
      const plan = planOf(3 + (seed % 8), 3 + (seed % 6), 3 + (seed % 5));
      const input = { ...call, input: inputOf(seed, 8), plan };
      const expected = await referenceEngine.runEncoder(model, input);
      const actual = await engine.runEncoder(model, input);
      errors.push(largestDifference(actual.logits, expected.logits));
    }
    expect(errors.filter((error) => error < 1e-4).length).toBeGreaterThanOrEqual(27);
  });

  it("takes the scale of a sentence from its own tokens, whatever pads it", async () => {
    const plan = planOf(6, 5, 4);
    for (let seed = 0; seed < 5; seed++) {
      const model = randomModel(tinyBertLayout, seed);
      const inputs = [3, 9, 1, 6].map((length) => inputOf(seed, length));
      const together = await engine.runBatch(model, { ...call, inputs, plan });
      for (const [index, input] of inputs.entries()) {
        const alone = await engine.runEncoder(model, { ...call, input, plan });
        expect(largestDifference(together[index]!.logits, alone.logits)).toBeLessThan(1e-4);
      }
    }
  });

  it("is not a float graph under another name", async () => {
    const model = randomModel(tinyBertLayout, 1);
    const { quantization: _, ...wide } = planOf(3, 3, 3);
    const input = { ...call, input: inputOf(1, 8) };
    const [narrow, float] = [
      await engine.runEncoder(model, { ...input, plan: planOf(3, 3, 3) }),
      await engine.runEncoder(model, { ...input, plan: wide }),
    ];
    expect(largestDifference(narrow.logits, float.logits)).toBeGreaterThan(1e-3);
  });
});
