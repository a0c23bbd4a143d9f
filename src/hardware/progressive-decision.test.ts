import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { needsLeastSignificantBits } from "../pruning/progressive.ts";
import { decisionReference } from "./progressive-decision.reference.ts";
import { decisionLatencyCycles, ProgressiveDecision } from "./progressive-decision.ts";

describe("the progressive quantization decision", () => {
  it("equals its twin, and pruning's decision on the probabilities, for 10,000 random queries", () => {
    const random = createRandom(23);
    for (let run = 0; run < 10_000; run++) {
      // Never a threshold that is itself a code, where the last bit of a quotient would decide.
      const thresholdProbability = (random.integer(400) + 0.5) / 2047;
      const unit = new ProgressiveDecision({ laneCount: 1 + random.integer(9), thresholdProbability });
      for (let query = 0; query < 2; query++) {
        const codes = Int16Array.from({ length: 1 + random.integer(30) }, () => random.integer(300));
        const decision = unit.decideQuery(codes);
        expect(decision).toEqual(decisionReference(codes, unit.thresholdCode));
        const probabilities = Float64Array.from(codes, (code) => code / 2047);
        expect(decision.needsLowBits).toBe(needsLeastSignificantBits(probabilities, thresholdProbability));
        expect(decisionLatencyCycles(unit.parameters, codes.length)).toBe(
          Math.ceil(codes.length / unit.parameters.laneCount) + 1,
        );
      }
      const { decisions, maximumComparisons } = unit.counters.events;
      expect(decisions).toBe(2);
      expect(maximumComparisons).toBeGreaterThan(0);
    }
  });

  it("fetches below 0.1 and not at it: code 205 of 2047 is the first above", () => {
    const unit = new ProgressiveDecision();
    expect(unit.decideQuery(Int16Array.of(204, 3)).needsLowBits).toBe(true);
    expect(unit.decideQuery(Int16Array.of(3, 205)).needsLowBits).toBe(false);
    expect(unit.counters.events).toMatchObject({ decisions: 2, refetches: 1, thresholdComparisons: 16 });
  });

  it("always fetches at threshold 1 but for a certain key, and never at 0", () => {
    const always = new ProgressiveDecision({ thresholdProbability: 1 });
    expect(always.decideQuery(Int16Array.of(2046)).needsLowBits).toBe(true);
    expect(always.decideQuery(Int16Array.of(2047)).needsLowBits).toBe(false);
    const never = new ProgressiveDecision({ thresholdProbability: 0 });
    expect(never.decideQuery(Int16Array.of(0)).needsLowBits).toBe(false);
  });
});
