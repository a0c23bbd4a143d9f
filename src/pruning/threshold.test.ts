import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectTokens } from "./cascade.ts";
import { attentionThresholdMethod } from "./methods/attention-threshold.ts";
import { spattenMethod } from "./methods/spatten.ts";
import { parsePlan } from "./plan.ts";
import { countAboveThreshold, requireThresholdOf } from "./threshold.ts";

const tokens = (scoreThreshold?: number[]) =>
  parsePlan({
    name: "threshold",
    source: "test",
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [1] },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "attention-threshold" },
      ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
      protect: { firstCount: 1, lastCount: 1 },
    },
  }).tokens!;

describe("a threshold on scores", () => {
  it("leaves exactly the protected tokens and those with the threshold's score, within the budget", () => {
    const scoresArbitrary = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(scoresArbitrary, fc.integer({ min: 0, max: 5 }), fc.nat(12), (drawn, threshold, budget) => {
        const scores = Float64Array.from(drawn);
        const positions = [...scores.keys()];
        const last = scores.length - 1;
        const budgetCount = Math.min(Math.max(budget, 1), scores.length);
        const place = { layer: 3, originalLength: scores.length, budgetCount };
        const count = countAboveThreshold(tokens([9, threshold]), scores, positions, place);
        expect(count).toBeLessThanOrEqual(budgetCount);
        if (budgetCount < scores.length) return;
        const kept = selectTokens(scores, positions, count, { firstCount: 1, lastCount: 1 }, scores.length);
        const wanted = positions.filter(
          (position) => position === 0 || position === last || scores[position]! >= threshold,
        );
        expect([...kept]).toEqual(wanted);
      }),
    );
  });

  it("is needed by the method that uses one, and refused beside any other", () => {
    expect(() => requireThresholdOf(attentionThresholdMethod, tokens())).toThrow("needs a threshold");
    expect(() => requireThresholdOf(spattenMethod, tokens([0.1]))).toThrow("uses no threshold");
    expect(() => requireThresholdOf(attentionThresholdMethod, tokens([0.1]))).not.toThrow();
    expect(() => tokens([-1])).toThrow("scoreThreshold.0");
  });
});
