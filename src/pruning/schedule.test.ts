import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Budget } from "./plan.ts";
import { planPresets } from "./presets.ts";
import { keepCountAtLayer, keepRatioAtLayer, validatePlan } from "./schedule.ts";

const linear = (averageKeepRatio: number, startKeepRatio: number, unprunedLayersRatio = 0) =>
  ({
    kind: "linear",
    averageKeepRatio,
    startKeepRatio,
    unprunedLayersRatio,
    unprunedLayersRounding: "round",
  }) as const;
const perLayer = (...keepRatio: number[]) => ({ kind: "per-layer" as const, keepRatio });
const budget = (changes: Partial<Budget>): Budget => ({
  schedule: perLayer(1),
  ratioOf: "original",
  rounding: "ceil",
  minimumCount: 1,
  ...changes,
});
const at = (layer: number, counts: { original: number; current?: number }) => ({
  layer,
  layerCount: 12,
  originalCount: counts.original,
  currentCount: counts.current ?? counts.original,
});

describe("keep ratio of a layer", () => {
  it("goes on with the last entry of a short list", () => {
    expect([0, 1, 2, 3].map((layer) => keepRatioAtLayer(perLayer(1, 0.5), layer, 4))).toEqual([
      1, 0.5, 0.5, 0.5,
    ]);
  });

  it("leaves the first layers whole and goes down in a line", () => {
    const ratios = Array.from({ length: 12 }, (_, layer) =>
      keepRatioAtLayer(linear(0.5, 0.8, 0.15), layer, 12),
    );
    expect(ratios.slice(0, 3)).toEqual([1, 1, 0.8]);
    expect(ratios[11]).toBeCloseTo(0.2, 12);
    expect(ratios[3]! - ratios[4]!).toBeCloseTo(0.6 / 9, 12);
  });

  it("meets its average over the pruned layers", () => {
    const scenarios = fc.record({
      average: fc.double({ min: 0.05, max: 1, noNaN: true }),
      lean: fc.double({ min: -0.99, max: 0.99, noNaN: true }),
      unpruned: fc.nat(10),
      pruned: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(scenarios, ({ average, lean, unpruned, pruned }) => {
        const layers = unpruned + pruned;
        const start = average + lean * Math.min(average, 1 - average);
        const schedule = linear(average, start, unpruned / layers);
        const ratios = Array.from({ length: layers }, (_, layer) =>
          keepRatioAtLayer(schedule, layer, layers),
        );
        expect(ratios.slice(0, unpruned).every((ratio) => ratio === 1)).toBe(true);
        const sum = ratios.slice(unpruned).reduce((total, ratio) => total + ratio, 0);
        expect(sum / pruned).toBeCloseTo(average, 8);
        expect(Math.min(...ratios)).toBeGreaterThan(0);
        expect(Math.max(...ratios)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("gives a single pruned layer the average", () => {
    expect(keepRatioAtLayer(linear(0.6, 0.9), 0, 1)).toBe(0.6);
    expect(keepRatioAtLayer(linear(0.6, 0.9, 0.5), 1, 2)).toBe(0.6);
  });

  it("refuses a line that ends outside (0, 1], but not for binary noise", () => {
    expect(() => keepRatioAtLayer(linear(0.3, 0.6), 0, 4)).toThrow("2 × 0.3 - 0.6 = 0");
    expect(() => keepRatioAtLayer(linear(0.9, 0.7), 0, 4)).toThrow("ends outside (0, 1]");
    expect(keepRatioAtLayer(linear(0.55, 0.1), 3, 4)).toBe(1);
    expect(() => keepRatioAtLayer(perLayer(1), 4, 4)).toThrow("layer is out of range");
  });
});

describe("keep count of a layer", () => {
  it("gives the counts of the released GPT-2 traces", () => {
    const { tokens } = planPresets.find((preset) => preset.id === "gpt2-small-wikitext2-per8")!.plan;
    let currentCount = 1003;
    const counts = Array.from({ length: 12 }, (_, layer) => {
      currentCount = keepCountAtLayer(tokens!, at(layer, { original: 1003, current: currentCount }));
      return currentCount;
    });
    expect(counts).toEqual([921, 716, 204, 204, 204, 204, 102, 102, 102, 102, 102, 102]);
  });

  it("rounds as it says, undisturbed by binary noise", () => {
    const countOf = (ratio: number, original: number, rounding: Budget["rounding"]) =>
      keepCountAtLayer(budget({ schedule: perLayer(ratio), rounding }), at(0, { original }));
    expect(0.07 * 100).toBeGreaterThan(7);
    expect(countOf(0.07, 100, "ceil")).toBe(7);
    expect(0.29 * 100).toBeLessThan(29);
    expect(countOf(0.29, 100, "floor")).toBe(29);
    expect(countOf(0.7, 10, "ceil")).toBe(7);
    expect([countOf(0.25, 10, "floor"), countOf(0.25, 10, "round"), countOf(0.25, 10, "ceil")]).toEqual([
      2, 3, 3,
    ]);
  });

  it("takes ratios of the original, the current or a constant number", () => {
    const half = { schedule: perLayer(0.5) };
    const context = at(1, { original: 20, current: 12 });
    expect(keepCountAtLayer(budget(half), context)).toBe(10);
    expect(keepCountAtLayer(budget({ ...half, ratioOf: "current" }), context)).toBe(6);
    expect(keepCountAtLayer(budget({ ...half, ratioOf: "constant", constantCount: 8 }), context)).toBe(4);
    expect(() => keepCountAtLayer(budget({ ...half, ratioOf: "constant" }), context)).toThrow(
      "a ratio of a constant needs the constant",
    );
  });

  it("takes counts as they are, whatever ratios would be of", () => {
    const counts = budget({ schedule: { kind: "counts", keepCount: [4, 3] }, ratioOf: "constant" });
    expect([0, 1, 2].map((layer) => keepCountAtLayer(counts, at(layer, { original: 4 })))).toEqual([4, 3, 3]);
    expect(keepCountAtLayer(counts, at(0, { original: 4, current: 2 }))).toBe(2);
  });

  it("stays between the minimum and what is there", () => {
    const ratio = fc.double({ min: 0.001, max: 1, noNaN: true });
    const rounding = fc.constantFrom("floor" as const, "round" as const, "ceil" as const);
    const base = fc.constantFrom("original" as const, "current" as const, "constant" as const);
    fc.assert(
      fc.property(
        ratio,
        rounding,
        base,
        fc.nat(500),
        fc.nat(500),
        fc.integer({ min: 1, max: 40 }),
        (...drawn) => {
          const [keep, rounded, ratioOf, first, second, minimumCount] = drawn;
          const [current, original] = [Math.min(first, second), Math.max(first, second)];
          const fields = { ratioOf, rounding: rounded, minimumCount, constantCount: 300 };
          const count = keepCountAtLayer(
            budget({ schedule: perLayer(keep), ...fields }),
            at(0, { original, current }),
          );
          expect(Number.isInteger(count)).toBe(true);
          expect(count).toBeGreaterThanOrEqual(Math.min(minimumCount, current));
          expect(count).toBeLessThanOrEqual(current);
        },
      ),
    );
  });

  it("refuses a context that cannot be", () => {
    expect(() => keepCountAtLayer(budget({}), at(0, { original: 3.5 }))).toThrow("original count");
    expect(() => keepCountAtLayer(budget({}), at(12, { original: 3 }))).toThrow("layer is out of range");
  });
});

describe("a plan before it runs", () => {
  const plan = { name: "test", source: "test" };
  const tokenFields = { method: "spatten", protect: { firstCount: 0, lastCount: 0 } };

  it("is refused with the field that is wrong", () => {
    const constant = { ...budget({ ratioOf: "constant" }), ...tokenFields };
    expect(() => validatePlan({ ...plan, tokens: constant })).toThrow("tokens.constantCount");
    expect(() => validatePlan({ ...plan, heads: budget({ schedule: linear(0.2, 0.8) }) })).toThrow(
      "heads.schedule",
    );
    const wide = {
      kind: "progressive",
      queryBits: 16,
      mostSignificantBits: 12,
      leastSignificantBits: 5,
    } as const;
    const quantization = { ...wide, valueBits: 8, maximumProbabilityThreshold: 0.1 };
    expect(() => validatePlan({ ...plan, quantization })).toThrow("12 + 5 bits");
    expect(() => validatePlan(plan, 0)).toThrow("layer count is out of range");
  });

  it("passes where a constant is not needed", () => {
    const schedule = { kind: "counts" as const, keepCount: [2] };
    validatePlan({ ...plan, heads: budget({ schedule, ratioOf: "constant" }) }, 3);
  });
});
