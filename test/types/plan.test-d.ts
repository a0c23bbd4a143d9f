import { describe, expectTypeOf, it } from "vitest";
import { type PruningPlan, parsePlan, planPresets, type Quantization } from "../../src/pruning/index.ts";
import type { Schedule } from "../../src/pruning/plan.ts";

declare const plan: PruningPlan;
declare const schedule: Schedule;
declare const quantization: Quantization;

const budget = {
  schedule: { kind: "per-layer" as const, keepRatio: [1, 0.5] },
  ratioOf: "original" as const,
  rounding: "ceil" as const,
  minimumCount: 1,
};
const tokens = { ...budget, method: "spatten", protect: { firstCount: 1, lastCount: 0 } };
const name = { name: "mine", source: "me" };

describe("a pruning plan", () => {
  it("is plain data with every part optional", () => {
    expectTypeOf(parsePlan).returns.toEqualTypeOf<PruningPlan>();
    expectTypeOf(parsePlan).parameter(0).toEqualTypeOf<unknown>();
    expectTypeOf(planPresets[0]!.plan).toEqualTypeOf<PruningPlan>();
    expectTypeOf(name).toExtend<PruningPlan>();
    expectTypeOf({ ...name, tokens, heads: budget }).toExtend<PruningPlan>();
    // @ts-expect-error a plan says where its figures come from
    const unsourced: PruningPlan = { name: "mine" };
    return unsourced;
  });

  it("knows its keys", () => {
    const plans: PruningPlan[] = [
      // @ts-expect-error a misspelt part
      { ...name, token: tokens },
      // @ts-expect-error a bare ratio
      { ...name, values: { ratio: 0.5, rounding: "ceil", minimumCount: 1 } },
      // @ts-expect-error heads have no method of their own
      { ...name, heads: { ...budget, method: "spatten" } },
      // @ts-expect-error protection in counts, at both ends
      { ...name, tokens: { ...tokens, protect: { firstCount: 1 } } },
    ];
    return plans;
  });

  it("knows its words", () => {
    const plans: PruningPlan[] = [
      // @ts-expect-error a rounding that is not there
      { ...name, values: { keepRatio: 0.5, rounding: "up", minimumCount: 1 } },
      // @ts-expect-error a base that is not there
      { ...name, heads: { ...budget, ratioOf: "first" } },
      // @ts-expect-error a schedule that is not there
      { ...name, heads: { ...budget, schedule: { kind: "cubic", keepRatio: [1] } } },
      // @ts-expect-error the ratios of the other kind
      { ...name, heads: { ...budget, schedule: { kind: "counts", keepRatio: [1] } } },
      // @ts-expect-error another version of the format
      { ...name, schema: "spatten/plan@2" },
    ];
    return plans;
  });

  it("narrows by `kind`", () => {
    expectTypeOf<Schedule["kind"]>().toEqualTypeOf<"per-layer" | "counts" | "linear">();
    if (schedule.kind === "per-layer") expectTypeOf(schedule.keepRatio).toEqualTypeOf<readonly number[]>();
    else if (schedule.kind === "counts") expectTypeOf(schedule.keepCount).toEqualTypeOf<readonly number[]>();
    else expectTypeOf(schedule.averageKeepRatio).toEqualTypeOf<number>();

    expectTypeOf<Quantization["kind"]>().toEqualTypeOf<"static" | "progressive">();
    if (quantization.kind === "static") expectTypeOf(quantization.keyBits).toEqualTypeOf<number>();
    else expectTypeOf(quantization.mostSignificantBits).toEqualTypeOf<number>();
    expectTypeOf(quantization.valueBits).toEqualTypeOf<number>();
    // @ts-expect-error only after a look at the kind
    expectTypeOf(quantization.keyBits).toEqualTypeOf<number>();
    // @ts-expect-error the part may be absent
    expectTypeOf(plan.tokens.method).toEqualTypeOf<string>();
    expectTypeOf(plan.tokens?.method).toEqualTypeOf<string | undefined>();
  });
});
