import { describe, expect, it } from "vitest";
import { parsePlan } from "../../pruning/plan.ts";
import { h2oPolicy } from "../../pruning/policies/h2o-policy.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import { spattenPolicy } from "../../pruning/policies/spatten-policy.ts";
import { validatePlan } from "../../pruning/schedule.ts";
import { type PlanFrame, planParts } from "./candidate-plan.ts";
import { decoderSpace, knobOfLayers } from "./decoder-space.ts";
import { denseCandidate } from "./search-space.ts";

describe("what a plan for a decoder may change", () => {
  it("has a knob for each of a few groups of layers, as even as can be", () => {
    expect(knobOfLayers(3)).toEqual([0, 1, 2]);
    expect(knobOfLayers(8)).toEqual([0, 0, 1, 2, 3, 3, 4, 5]);
    for (const layerCount of [1, 6, 7, 30, 48]) {
      const knobs = knobOfLayers(layerCount);
      const sizes = [...new Set(knobs)].map((knob) => knobs.filter((other) => other === knob).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(knobs).toEqual([...knobs].sort((left, right) => left - right));
    }
  });

  it("is a cascade where layers read parts of what the layer before read, and has no codes that would have to move", () => {
    expect(decoderSpace(6, spattenPolicy, false).space.groups[0]!.kind).toBe("cascade");
    expect(decoderSpace(6, h2oPolicy, false).space.groups[0]!.kind).toBe("free");
    const { space, leftOut } = decoderSpace(6, h2oPolicy, true);
    expect(space.groups.map(({ id }) => id)).toEqual(["tokens", "values"]);
    expect(leftOut).toHaveLength(2);
  });

  it("makes valid plans for every policy at its deepest, with a part for each layer, and nothing where it is dense", () => {
    for (const policy of cachePolicies) {
      const { space } = decoderSpace(8, policy, false);
      const frame: PlanFrame = {
        ...{ headChoice: "fixed", headRanks: [], method: policy.id, cache: "evict" },
        keepRatios: (settings) => knobOfLayers(8).map((knob) => settings[knob]!),
        protect: { firstCount: 0, lastCount: 1 },
      };
      expect(planParts(space, denseCandidate(space), frame)).toEqual({});
      const deepest = space.groups.map(({ knobs }) => knobs.map(({ settings }) => settings.length - 1));
      const plan = parsePlan({ name: "deepest", source: "test", ...planParts(space, deepest, frame) });
      validatePlan(plan, 8);
      expect(plan.tokens).toMatchObject({ method: policy.id, cache: "evict" });
      expect(plan.tokens!.schedule).toEqual({ kind: "per-layer", keepRatio: new Array(8).fill(0.1) });
      expect(plan.quantization?.kind).toBe("static");
    }
  });
});
