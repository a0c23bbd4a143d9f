import { describe, expect, it } from "vitest";
import { cachePlan, densePlan, tinyDecoderLayout } from "../../../test/support/tiny-decoders.ts";
import { lookUp } from "../../base/registry.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import { createRowSelector } from "./row-selector.ts";

const { shape } = tinyDecoderLayout("llama");
const upTo = (count: number) => Int32Array.from({ length: count }, (_, position) => position);
const heldBy = (positions: Int32Array) => [positions, positions];

function selectorOf(plan: PruningPlan) {
  const policy = plan.tokens && lookUp(cachePolicies, plan.tokens.method, "cache policy");
  return createRowSelector(plan, policy, shape);
}

/** A selector that has seen a prompt of ten tokens; each layer and head gives position p the attention of `scoreOf`. */
function behindPrompt(plan: PruningPlan, scoreOf: (position: number, layer: number, head: number) => number) {
  const selector = selectorOf(plan);
  for (let layer = 0; layer < 3; layer++) {
    for (const head of [0, 1]) {
      const sums = Float64Array.from(upTo(10), (position) => scoreOf(position, layer, head));
      selector.observe({ iteration: 0, layer, length: 10 }, head, { positions: upTo(10), sums });
    }
  }
  selector.commit();
  return selector;
}

const chosen = (
  selector: ReturnType<typeof selectorOf>,
  layer: number,
  held = upTo(11),
  iteration = 1,
  length = 11,
) => selector.choose({ iteration, layer, length }, heldBy(held)).map(({ positions }) => [...positions]);

describe("the choice of rows", () => {
  it("is all rows without a plan, and in the prompt whatever the plan", () => {
    expect(chosen(selectorOf(densePlan), 0)).toEqual([[...upTo(11)], [...upTo(11)]]);
    expect(chosen(selectorOf(cachePlan("spatten", 0.2)), 1, upTo(10), 0, 10)[0]).toEqual([...upTo(10)]);
  });

  it("of spatten is by all layers together, each layer's a part of the one before, and the newest stays", () => {
    // Position 9 is heavy in layer 2 alone, and that is enough in every layer.
    const scoreOf = (position: number, layer: number) =>
      position === 9 ? (layer === 2 ? 100 : 0) : 10 - position;
    const selector = behindPrompt(cachePlan("spatten", [0.6, 0.5, 0.2]), scoreOf);
    const sets = [0, 1, 2].map((layer) => chosen(selector, layer)[0]!);
    expect(sets).toEqual([
      [0, 1, 2, 3, 4, 9, 10],
      [0, 1, 2, 3, 9, 10],
      [0, 9, 10],
    ]);
  });

  it("of layer-top-k is by the layer alone, and of h2o by the head alone", () => {
    const byLayer = behindPrompt(cachePlan("layer-top-k", 0.2), (position, layer) =>
      position === layer ? 9 : 1,
    );
    expect([0, 1, 2].map((layer) => chosen(byLayer, layer)[0]!.includes(layer))).toEqual([true, true, true]);
    const byHead = behindPrompt(cachePlan("h2o", 0.2), (position, _layer, head) =>
      position === head ? 9 : 1,
    );
    expect(chosen(byHead, 0).map((positions) => positions[0])).toEqual([0, 1]);
  });

  it("of snapkv is made once: what comes later stays, what has left does not come back", () => {
    const selector = behindPrompt(cachePlan("snapkv", 0.3), (position) => position);
    const first = chosen(selector, 0)[0]!;
    const later = chosen(selector, 0, upTo(14), 4, 14)[0]!;
    expect(later).toEqual([...first, 11, 12, 13]);
  });

  it("keeps what a plan protects, and never more than is held", () => {
    const protect = { firstCount: 2, lastCount: 3 };
    const selector = behindPrompt(cachePlan("spatten", 0.5, { protect }), (position) => position);
    expect(chosen(selector, 0)[0]).toEqual([0, 1, 7, 8, 9, 10].slice(0, 6));
    const few = behindPrompt(cachePlan("h2o", 0.9), () => 1);
    expect(chosen(few, 0, Int32Array.of(3, 10))[0]).toEqual([3, 10]);
  });

  it("drops what lies below a threshold, whatever the budget", () => {
    const plan = cachePlan("attention-threshold", 1, { scoreThreshold: [0.15] });
    const selector = behindPrompt(plan, (position) => (position === 2 || position === 5 ? 5 : 1));
    expect(chosen(selector, 0)[0]).toEqual([2, 5, 10]);
  });

  it("draws the same again for the same step, and other rows for the next", () => {
    const plan = cachePlan("random", 0.4, { seed: 5 });
    const once = chosen(selectorOf(plan), 1, upTo(40), 3, 40)[0];
    expect(chosen(selectorOf(plan), 1, upTo(40), 3, 40)[0]).toEqual(once);
    expect(chosen(selectorOf(plan), 1, upTo(40), 4, 40)[0]).not.toEqual(once);
    expect(chosen(selectorOf(plan), 2, upTo(40), 3, 40)[0]).not.toEqual(once);
  });

  it("names a policy that fails, or that scores other rows", () => {
    const own = { ...lookUp(cachePolicies, "h2o", "cache policy"), id: "mine" };
    const selectorWith = (score: typeof own.score) =>
      createRowSelector(cachePlan("mine", 0.4), { ...own, score }, shape);
    const broken = selectorWith(() => {
      throw new Error("oh");
    });
    expect(() => chosen(broken, 0)).toThrow('cache policy "mine" failed: Error: oh');
    expect(() =>
      chosen(
        selectorWith(() => new Float64Array(3)),
        0,
      ),
    ).toThrow("did not give a Float64Array of 11");
  });
});
