import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutSpinning } from "../../../../test/support/onnx-plans.ts";
import { randomModel, tinyBert, tinyBertLayout } from "../../../../test/support/tiny-bert.ts";
import { abortedError, neverRest } from "../../../base/checkpoint.ts";
import type { OnnxRuntime } from "../../../base/onnx-runtime.ts";
import { checkGraph } from "../../../graph/check-graph.ts";
import { wholeBytes, writeOnnx } from "../../../graph/write-onnx.ts";
import { onnxRuntimeInNode } from "../../../platform/node/onnx-runtime.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import { referenceEngine } from "../engine.ts";
import { keptCounts } from "./keep-tables.ts";
import { lowerEncoder } from "./lower-encoder.ts";
import type { WeightFormat } from "./lowering.ts";
import { graphFeeds } from "./model-inputs.ts";
import { createOnnxEngine } from "./onnx-engine.ts";
import { quantizeWeights } from "./quantize-weights.ts";

const runtime = onnxRuntimeInNode("onnxruntime-node", undefined, withoutSpinning);
const engine = createOnnxEngine({ id: "onnx", title: "native", runtime });
const none = parsePlan({ name: "none", source: "test" });
const budget = { ratioOf: "original", rounding: "ceil", minimumCount: 1 } as const;
const halving = {
  schedule: { kind: "per-layer", keepRatio: [1, 0.5, 0.5] },
  ...{ ...budget, method: "spatten", protect: { firstCount: 1, lastCount: 0 } },
} as const;
const half = parsePlan({ name: "half", source: "test", tokens: halving });
const input = { kind: "tokens", ids: [3, 9, 27, 11, 33, 19, 17, 5] } as const;
const call = { input, methods: pruningMethods, checkpoint: neverRest, captureTensors: false };

function difference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(right, Math.abs));
  return Math.max(...Array.from(left, (value, index) => Math.abs(value - right[index]!))) / scale;
}

describe("a plan that graphs cannot follow", () => {
  it.each([
    ["tokens.method", { tokens: { ...halving, method: "random" } }],
    ["heads", { heads: { ...budget, schedule: { kind: "counts", keepCount: [3, 2] } } }],
    ["values", { values: { keepRatio: 0.5, rounding: "ceil", minimumCount: 1 } }],
    [
      "quantization",
      {
        quantization: {
          ...{ kind: "progressive", queryBits: 8, valueBits: 8, maximumProbabilityThreshold: 0.1 },
          ...{ mostSignificantBits: 6, leastSignificantBits: 4 },
        },
      },
    ],
  ])("is refused at %s, and the reference engine named", async (field, parts) => {
    const plan = parsePlan({ name: "beyond", source: "test", ...parts });
    await expect(engine.runEncoder(tinyBert(1), { ...call, plan })).rejects.toMatchObject({
      code: "missing-engine",
      message: expect.stringMatching(
        new RegExp(`plan beyond at ${field}: .*the reference engine runs every plan`),
      ),
    });
  });

  it("is refused for a plug-in's method, even under a name that graphs know", async () => {
    const methods = [{ ...pruningMethods[0]!, score: pruningMethods[1]!.score }];
    await expect(engine.runEncoder(tinyBert(1), { ...call, methods, plan: half })).rejects.toThrow("method");
  });

  it("is refused as everywhere where it prunes before the first score", async () => {
    const plan = parsePlan({
      ...{ name: "early", source: "test" },
      tokens: { ...halving, schedule: { kind: "counts", keepCount: [5] } },
    });
    await expect(engine.runEncoder(tinyBert(1), { ...call, plan })).rejects.toThrow(
      "no scores yet; got 5 of 8",
    );
  });
});

describe("int8 weights", () => {
  it("are within half a step of what they stand for", () => {
    fc.assert(
      fc.property(fc.nat(99), fc.constantFrom(7, 8), (seed, bits) => {
        const layer = tinyBert(seed).layers[0]!.intermediate;
        const { codes, scale } = quantizeWeights(layer, bits);
        expect(Math.max(...codes.map(Math.abs))).toBe(2 ** (bits - 1) - 1);
        layer.weight.forEach((weight, index) => {
          const [output, from] = [Math.floor(index / layer.inputs), index % layer.inputs];
          expect(Math.abs(codes[from * layer.outputs + output]! * scale - weight)).toBeLessThanOrEqual(
            scale * 0.5001,
          );
        });
      }),
      { numRuns: 10 },
    );
  });

  /** Largest errors over these models and inputs, as parts of the largest logit; random weights leave no slack. */
  it.each([
    ["int8-narrow", 0.15],
    ["int8-full", 0.1],
  ] as const)(
    "of format %s keep the logits within %d of the reference's",
    async (weights: WeightFormat, bound) => {
      const integer = createOnnxEngine({ id: "int8", title: "int8", runtime, weights });
      for (let seed = 0; seed < 20; seed++) {
        const model = randomModel(tinyBertLayout, seed);
        const expected = await referenceEngine.runEncoder(model, { ...call, plan: none });
        const actual = await integer.runEncoder(model, { ...call, plan: none });
        const error = difference(actual.logits, expected.logits);
        expect(error).toBeLessThan(bound);
        // A float32 graph under another name would pass the bound, too.
        expect(error).toBeGreaterThan(1e-4);
      }
    },
  );
});

describe("a fused attention", () => {
  const options = { form: "one", outputs: "answer", weights: "float32" } as const;

  it.each([
    ["contrib", 'domain "com.microsoft"', { allowedDomains: ["com.microsoft"] }],
    ["operator-set-23", "operator set 23", { operatorSetVersion: 23 }],
  ] as const)(
    "in form %s gives the same answer, and passes the check only on request",
    async (attention, got, allowed) => {
      const model = tinyBert(4);
      const graph = lowerEncoder(model, none, { ...options, attention });
      expect(() => checkGraph(graph)).toThrow(got);
      checkGraph(graph, allowed);
      const session = await runtime.createSession(wholeBytes(writeOnnx(graph).model));
      const { logits } = await session.run(graphFeeds(model, [input], "one"));
      const expected = await referenceEngine.runEncoder(model, { ...call, plan: none });
      expect(difference(logits!.data as Float32Array, expected.logits)).toBeLessThan(1e-4);
    },
  );

  it("is refused where probabilities are needed", () => {
    expect(() => lowerEncoder(tinyBert(4), half, { ...options, attention: "contrib" })).toThrow(
      "no importance",
    );
  });
});

describe("the table of kept tokens", () => {
  it("counts what the reference keeps, protected tokens included", async () => {
    const arbitrary = fc.record({
      keepRatio: fc.double({ min: 0.05, max: 1, noNaN: true }),
      firstCount: fc.nat(4),
      lastCount: fc.nat(4),
      ratioOf: fc.constantFrom("original", "current", "constant"),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ keepRatio, firstCount, lastCount, ratioOf }) => {
        const schedule = { kind: "per-layer", keepRatio: [1, keepRatio] } as const;
        const tokens = { ...halving, schedule, constantCount: 8, protect: { firstCount, lastCount } };
        const plan = parsePlan({ name: "drawn", source: "test", tokens: { ...tokens, ratioOf } });
        const run = await referenceEngine.runEncoder(tinyBert(2), { ...call, plan });
        expect(run.layers.map((layer) => layer.tokens.length)).toEqual(keptCounts(plan, 3, 8));
      }),
    );
  });
});

describe("the graphs of an engine", () => {
  /** Counts what is loaded; runs nothing. */
  function countingRuntime(): {
    readonly runtime: OnnxRuntime;
    readonly counts: { loaded: number; released: number };
  } {
    const counts = { loaded: 0, released: 0 };
    const createSession: OnnxRuntime["createSession"] = async (model) => {
      counts.loaded++;
      const session = await runtime.createSession(model);
      const release = async () => {
        counts.released++;
        await session.release();
      };
      return { ...session, release };
    };
    return { runtime: { describe: runtime.describe, createSession }, counts };
  }

  it("stay loaded for two plans of a model", async () => {
    const { runtime: counting, counts } = countingRuntime();
    const counted = createOnnxEngine({ id: "counted", title: "counted", runtime: counting });
    const model = tinyBert(1);
    const run = (plan: PruningPlan) => counted.runEncoder(model, { ...call, plan });
    for (const plan of [none, half, none, half]) await run(plan);
    expect(counts).toEqual({ loaded: 2, released: 0 });
    await run({ ...half, name: "third" });
    expect(counts).toEqual({ loaded: 3, released: 1 });
  });

  it("answer a caller that gives up, and run on for the next one", async () => {
    const model = tinyBert(1);
    await engine.runEncoder(model, { ...call, plan: half });
    const controller = new AbortController();
    const given = engine.runEncoder(model, { ...call, plan: half, signal: controller.signal });
    queueMicrotask(() => controller.abort());
    await expect(given).rejects.toMatchObject({ code: "aborted" });
    const again = await engine.runEncoder(model, { ...call, plan: half });
    expect(again.outputTokens).toHaveLength(4);
  });

  it("are begun again for who still waits when the first asker gives up while one is put together", async () => {
    const model = tinyBert(1);
    const { runtime: counting, counts } = countingRuntime();
    const counted = createOnnxEngine({ id: "counted", title: "counted", runtime: counting });
    let restCount = 0;
    // The first rest is before the graph, the others are between its layers.
    const givesUp = () => (++restCount >= 2 ? Promise.reject(abortedError()) : undefined);
    const [first, second] = await Promise.allSettled([
      counted.runEncoder(model, { ...call, plan: half, checkpoint: givesUp }),
      counted.runEncoder(model, { ...call, plan: half }),
    ]);
    expect(second).toMatchObject({ status: "fulfilled", value: { outputTokens: { length: 4 } } });
    expect([first.status, counts.loaded]).toEqual(["rejected", 1]);
  });

  it("give the same with their constants inside and outside", async () => {
    const { runtime: whole } = countingRuntime();
    expect([whole.takesOuterConstants, runtime.takesOuterConstants]).toEqual([undefined, true]);
    const inside = createOnnxEngine({ id: "inside", title: "inside", runtime: whole });
    for (const plan of [none, half]) {
      const [left, right] = [inside, engine].map((each) => each.runEncoder(tinyBert(3), { ...call, plan }));
      expect(await left).toEqual(await right);
    }
  });

  it("name the line that installs a runtime which is not there", async () => {
    const absent = onnxRuntimeInNode("onnxruntime-node", "file:///nowhere/at/all.js");
    const without = createOnnxEngine({ id: "onnx", title: "absent", runtime: absent });
    const expected = {
      code: "missing-engine",
      message: expect.stringContaining("npm install onnxruntime-node@1.30.0"),
    };
    await expect(without.describe!()).rejects.toMatchObject(expected);
    await expect(without.runEncoder(tinyBert(1), { ...call, plan: none })).rejects.toMatchObject(expected);
  });
});
