import { expect, it } from "vitest";
import { fixedHeadsAtLayer } from "./fixed-heads.ts";
import { parsePlan } from "./plan.ts";

const fixed = (fixedHeads: number[][], more: object = {}) =>
  parsePlan({ name: "fixed", source: "test", fixedHeads, ...more });

it("goes on with its last entry, and says nothing where a plan fixes nothing", () => {
  const plan = fixed([[0, 1, 2], [1]]);
  expect([0, 1, 2].map((layer) => fixedHeadsAtLayer(plan, layer, 3))).toEqual([[0, 1, 2], [1], [1]]);
  expect(fixedHeadsAtLayer(parsePlan({ name: "none", source: "test" }), 0, 3)).toBeUndefined();
});

it("refuses heads that the model lacks, that do not ascend, or that a budget prunes as well", () => {
  expect(() => fixedHeadsAtLayer(fixed([[0, 3]]), 0, 3)).toThrow(
    "got head 3 in 0, 3; expected ascending ids below 3",
  );
  expect(() => fixedHeadsAtLayer(fixed([[0], [1, 1]]), 1, 3)).toThrow("plan fixed at fixedHeads.1");
  const heads = { schedule: { kind: "counts", keepCount: [3, 2] } };
  const both = fixed([[0]], { heads: { ...heads, ratioOf: "original", rounding: "ceil", minimumCount: 1 } });
  expect(() => fixedHeadsAtLayer(both, 0, 3)).toThrow("not both");
});
