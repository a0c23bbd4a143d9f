import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlan } from "../../pruning/plan.ts";
import { validatePlan } from "../../pruning/schedule.ts";
import { type PlanFrame, planParts } from "./candidate-plan.ts";
import { encoderSpace } from "./encoder-space.ts";
import { cheaperMoves, moved } from "./moves.ts";
import { denseCandidate } from "./search-space.ts";
import { trialKey } from "./trial.ts";

const shape = { layerCount: 3, headCount: 2, headDimension: 4, hiddenSize: 8, feedForwardSize: 8 };
const frameOf = (headChoice: PlanFrame["headChoice"]): PlanFrame => ({
  ...{ headChoice, method: "spatten", protect: { firstCount: 1, lastCount: 0 } },
  keepRatios: (settings) => [1, ...settings],
  headRanks: [
    [1, 0],
    [0, 1],
    [1, 0],
  ],
});

describe("the plan of a candidate", () => {
  it("changes nothing where the candidate is dense", () => {
    const space = encoderSpace(shape, "fixed");
    expect(planParts(space, denseCandidate(space), frameOf("fixed"))).toEqual({});
  });

  it("keeps the most important heads of each layer, by ascending ids", () => {
    const space = encoderSpace(shape, "fixed");
    const heads = space.groups.findIndex(({ id }) => id === "heads");
    const candidate = moved(space, denseCandidate(space), { group: heads, knob: 0, step: 1 });
    expect(planParts(space, candidate, frameOf("fixed"))).toEqual({ fixedHeads: [[1], [0, 1], [0, 1]] });
    const cascade = encoderSpace(shape, "cascade");
    const later = moved(cascade, denseCandidate(cascade), { group: heads, knob: 1, step: 1 });
    expect(planParts(cascade, later, frameOf("cascade")).heads?.schedule).toEqual({
      ...{ kind: "counts", keepCount: [2, 2, 1] },
    });
  });

  it("is a valid plan after any moves, and one key for one change", () => {
    for (const headChoice of ["fixed", "cascade"] as const) {
      const space = encoderSpace(shape, headChoice);
      const moves = cheaperMoves(space);
      const walk = fc.array(fc.tuple(fc.nat(moves.length - 1), fc.constantFrom(1, 1, -1)), { maxLength: 12 });
      fc.assert(
        fc.property(walk, (steps) => {
          const candidate = steps.reduce(
            (at, [move, sign]) => moved(space, at, { ...moves[move]!, step: sign * moves[move]!.step }),
            denseCandidate(space),
          );
          const parts = planParts(space, candidate, frameOf(headChoice));
          const plan = parsePlan({ name: "walked", source: "test", ...parts });
          validatePlan(plan, shape.layerCount);
          const { name: _name, source: _source, ...back } = plan;
          expect(trialKey(back, 5)).toBe(trialKey(parts, 5));
        }),
      );
    }
  });
});
