import { describe, expect, it } from "vitest";
import { lookUp } from "../base/registry.ts";
import { pruningMethods } from "./methods/registry.ts";
import { parsePlan } from "./plan.ts";
import { cachePolicies } from "./policies/registry.ts";
import { planPresets } from "./presets.ts";
import { keepCountAtLayer, validatePlan } from "./schedule.ts";

describe("plan presets", () => {
  it.each(planPresets)("$id is a valid plan under its own name", ({ id, plan }) => {
    expect(parsePlan(plan)).toEqual(plan);
    expect(plan.name).toBe(id);
    validatePlan(plan, 12);
    const { tokens } = plan;
    if (tokens?.cache === undefined) lookUp(pruningMethods, tokens?.method ?? "spatten", "pruning method");
    else lookUp(cachePolicies, tokens.method, "cache policy");
  });

  it("have names of their own", () => {
    expect(new Set(planPresets.map((preset) => preset.id)).size).toBe(planPresets.length);
  });

  it("keep of 12 heads and 20 tokens what the text of the paper suggests", () => {
    const { plan } = lookUp(planPresets, "paper-encoder", "plan");
    const countsOf = (budget: NonNullable<typeof plan.heads>, original: number) =>
      Array.from({ length: 12 }, (_, layer) =>
        keepCountAtLayer(budget, { layer, layerCount: 12, originalCount: original, currentCount: original }),
      );
    expect(countsOf(plan.tokens!, 20)).toEqual([20, 20, 16, 15, 14, 13, 12, 10, 9, 8, 7, 6]);
    expect(countsOf(plan.heads!, 12)).toEqual([12, 12, 12, 12, 12, 12, 12, 12, 11, 11, 11, 11]);
  });
});
