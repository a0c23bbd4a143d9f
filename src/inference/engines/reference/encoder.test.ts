import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tinyBert } from "../../../../test/support/tiny-bert.ts";
import { neverRest } from "../../../base/checkpoint.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import type { EncoderRun } from "../../decisions.ts";
import { runMaskedEncoder } from "./encoder.reference.ts";
import { runEncoder } from "./encoder.ts";

const planArbitrary = fc
  .record({
    tokens: fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
    heads: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
    valueKeepRatio: fc.double({ min: 0.2, max: 1, noNaN: true }),
    method: fc.constantFrom("spatten", "layer-top-k", "cls-attention", "attention-threshold", "random"),
  })
  .map(({ tokens, heads, valueKeepRatio, method }) =>
    parsePlan({
      name: "drawn",
      source: "property test",
      tokens: {
        schedule: { kind: "per-layer", keepRatio: [1, ...tokens] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
        method,
        ...(method === "attention-threshold" ? { scoreThreshold: [0, 0.1, 0.15] } : {}),
        protect: { firstCount: 1, lastCount: 0 },
      },
      heads: {
        schedule: { kind: "counts", keepCount: [3, ...heads] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
      },
      values: { keepRatio: valueKeepRatio, rounding: "ceil", minimumCount: 1 },
    }),
  );
const idsArbitrary = fc.array(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 12 });
const none = parsePlan({ name: "none", source: "test" });

function run(seed: number, ids: readonly number[], plan: PruningPlan): Promise<EncoderRun> {
  return runEncoder(tinyBert(seed), {
    input: { kind: "tokens", ids },
    plan,
    methods: pruningMethods,
    checkpoint: neverRest,
    captureTensors: false,
  });
}

describe("an encoder under a plan", () => {
  it("removing tokens, heads and values gives what masking them gives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), idsArbitrary, planArbitrary, async (seed, ids, plan) => {
        const pruned = await run(seed, ids, plan);
        const masks = pruned.layers.map((layer) => ({
          tokens: layer.tokens,
          heads: layer.heads,
          valueCount: layer.headDecisions[0]!.valuesPerQuery[0]!,
        }));
        const masked = await runMaskedEncoder(
          tinyBert(seed),
          { kind: "tokens", ids },
          masks,
          pruned.outputTokens,
        );
        for (const [index, logit] of pruned.logits.entries()) expect(logit).toBeCloseTo(masked[index]!, 4);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps everything, to the bit, when a plan keeps everything", async () => {
    const whole = parsePlan({
      name: "whole",
      source: "test",
      tokens: {
        schedule: { kind: "per-layer", keepRatio: [1] },
        ratioOf: "original",
        rounding: "ceil",
        minimumCount: 1,
        method: "spatten",
        protect: { firstCount: 1, lastCount: 0 },
      },
      values: { keepRatio: 1, rounding: "ceil", minimumCount: 1 },
    });
    const ids = [1, 2, 3, 4, 5, 6];
    expect((await run(1, ids, whole)).logits).toEqual((await run(1, ids, none)).logits);
  });

  it("refuses a plan that prunes before there are scores", async () => {
    const heads = { ratioOf: "original", rounding: "ceil", minimumCount: 1 } as const;
    const plan = parsePlan({
      name: "early",
      source: "test",
      heads: { ...heads, schedule: { kind: "counts", keepCount: [2] } },
    });
    await expect(run(1, [1, 2, 3], plan)).rejects.toThrow(
      "heads in layer 0, where an encoder has no scores yet; got 2 of 3",
    );
  });

  it("cascades: what a layer drops never comes back, and the importance sums to queries x heads", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), idsArbitrary, planArbitrary, async (seed, ids, plan) => {
        const { layers } = await run(seed, ids, plan);
        for (const [index, layer] of layers.entries()) {
          const before = layers[index - 1] ?? layer;
          expect(before.tokens).toEqual(expect.arrayContaining([...layer.tokens]));
          expect(before.heads).toEqual(expect.arrayContaining([...layer.heads]));
          const total = layer.tokenImportance.reduce((sum, value) => sum + value, 0);
          expect(total).toBeCloseTo(layer.tokens.length * layer.heads.length, 4);
        }
      }),
      { numRuns: 40 },
    );
  });
});
