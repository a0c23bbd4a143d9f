import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { lookUp } from "../../base/registry.ts";
import { topKIndices } from "../top-k.ts";
import type { PolicyContext } from "./policy.ts";
import { cachePolicies } from "./registry.ts";

const contextOf = (rows: number, keepCount: number, seed = 1): PolicyContext => {
  const random = createRandom(seed);
  const numbers = () => Float64Array.from({ length: rows }, () => random.next());
  return {
    positions: Int32Array.from({ length: rows }, (_, row) => 2 * row),
    keepCount,
    ...{ accumulated: numbers(), latest: numbers(), observed: numbers() },
    random,
  };
};

/** Rows that the policy and a budget of so many leave. */
function keptBy(id: string, context: PolicyContext): number[] {
  return [...topKIndices(lookUp(cachePolicies, id, "cache policy").score(context), context.keepCount)];
}

describe("cache policies", () => {
  it.each(cachePolicies)("$id gives each row a score in a new array and changes nothing", (policy) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(100), (rows, seed) => {
        const context = contextOf(rows, Math.ceil(rows / 2), seed);
        const before = structuredClone({ ...context, random: undefined });
        const scores = policy.score(context);
        expect(scores).toBeInstanceOf(Float64Array);
        expect(scores.length).toBe(rows);
        expect(scores.some(Number.isNaN)).toBe(false);
        for (const own of [context.accumulated, context.latest, context.observed])
          expect(scores).not.toBe(own);
        expect({ ...context, random: undefined }).toEqual(before);
      }),
    );
  });

  it("say how they choose: names, sources, what a choice holds for", () => {
    expect(cachePolicies.map(({ id, granularity, phase }) => [id, granularity, phase])).toEqual([
      ["spatten", "model", "each-step"],
      ["layer-top-k", "layer", "each-step"],
      ["h2o", "key-value-head", "each-step"],
      ["streaming-llm", "layer", "each-step"],
      ["snapkv", "key-value-head", "after-prompt"],
      ["attention-threshold", "layer", "each-step"],
      ["random", "layer", "each-step"],
    ]);
    expect(cachePolicies.filter(({ repositions }) => repositions).map(({ id }) => id)).toEqual([
      "streaming-llm",
    ]);
  });

  it("h2o keeps half of the budget for the newest and half for the heaviest of the others", () => {
    const context = contextOf(20, 8);
    const kept = keptBy("h2o", context);
    expect(kept.slice(-4)).toEqual([16, 17, 18, 19]);
    const older = [...context.accumulated.slice(0, 16)];
    const heaviest = [...topKIndices(older, 4)];
    expect(kept.slice(0, 4)).toEqual(heaviest);
  });

  it("streaming-llm keeps the positions of the sinks and the newest rows, whatever the attention", () => {
    expect(keptBy("streaming-llm", contextOf(20, 6))).toEqual([0, 1, 16, 17, 18, 19]);
    expect(keptBy("streaming-llm", contextOf(20, 6, 99))).toEqual([0, 1, 16, 17, 18, 19]);
  });

  it("snapkv keeps the prompt's last rows and the neighbourhood of what they looked at", () => {
    const observed = new Float64Array(60);
    observed[10] = 5;
    const kept = keptBy("snapkv", { ...contextOf(60, 33 + 7), observed });
    expect(kept).toEqual([7, 8, 9, 10, 11, 12, 13, ...Array.from({ length: 33 }, (_, row) => 27 + row)]);
  });

  it("attention-threshold scores are parts of one", () => {
    const scores = lookUp(cachePolicies, "attention-threshold", "cache policy").score(contextOf(9, 9));
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 12);
  });
});
