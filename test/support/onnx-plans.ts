import fc from "fast-check";
import { type PruningPlan, parsePlan } from "../../src/pruning/plan.ts";

const subsets = [[0], [1], [0, 2], [1, 2], [0, 1, 2]];

/** Plans of three layers and three heads that a graph has operators for, of every kind of schedule and protection. */
export const loweredPlans: fc.Arbitrary<PruningPlan> = fc
  .record({
    keepRatio: fc.tuple(
      fc.double({ min: 0.2, max: 1, noNaN: true }),
      fc.double({ min: 0.2, max: 1, noNaN: true }),
    ),
    ratioOf: fc.constantFrom("original", "current"),
    rounding: fc.constantFrom("floor", "round", "ceil"),
    method: fc.constantFrom("spatten", "layer-top-k"),
    protect: fc.record({ firstCount: fc.nat(2), lastCount: fc.nat(2) }),
    fixedHeads: fc.option(fc.array(fc.constantFrom(...subsets), { minLength: 1, maxLength: 3 }), {
      nil: undefined,
    }),
  })
  .map(({ keepRatio, ratioOf, rounding, method, protect, fixedHeads }) =>
    parsePlan({
      name: "drawn",
      source: "property test",
      tokens: {
        schedule: { kind: "per-layer", keepRatio: [1, ...keepRatio] },
        ...{ ratioOf, rounding, method, protect, minimumCount: 1 },
      },
      ...(fixedHeads === undefined ? {} : { fixedHeads }),
    }),
  );

/** Threads of a runtime that wait for work asleep: awake they take more time than tiny graphs do, from other tests. */
export const withoutSpinning = { extra: { session: { intra_op: { allow_spinning: "0" } } } };
