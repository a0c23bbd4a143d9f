import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { lookUp } from "../../base/registry.ts";
import { attentionThresholdMethod } from "./attention-threshold.ts";
import { clsAttentionMethod } from "./cls-attention.ts";
import { layerTopKMethod } from "./layer-top-k.ts";
import { randomMethod } from "./random.ts";
import { pruningMethods } from "./registry.ts";
import { spattenMethod } from "./spatten.ts";

const carried = Float64Array.of(1, 2, 3);
const layerScores = Float64Array.of(0.5, 0.25, 0);
const firstTokenScores = Float64Array.of(0.1, 0.2, 0.3);
const context = (seed = 0) => ({ carried, layerScores, firstTokenScores, random: createRandom(seed) });

describe("pruning methods", () => {
  it("are found by name", () => {
    expect(pruningMethods.map((method) => method.id)).toEqual([
      "spatten",
      "layer-top-k",
      "cls-attention",
      "attention-threshold",
      "random",
    ]);
    expect(() => lookUp(pruningMethods, "spaten", "pruning method")).toThrow('did you mean "spatten"?');
  });

  it("score by all layers, by this layer, or by chance", () => {
    expect([...spattenMethod.score(context())]).toEqual([1.5, 2.25, 3]);
    expect([...layerTopKMethod.score(context())]).toEqual([0.5, 0.25, 0]);
    expect([...clsAttentionMethod.score(context())]).toEqual([0.1, 0.2, 0.3]);
    expect([...attentionThresholdMethod.score(context())]).toEqual([2 / 3, 1 / 3, 0]);
    const drawn = randomMethod.score(context(7));
    expect([...randomMethod.score(context(7))]).toEqual([...drawn]);
    expect([...randomMethod.score(context(8))]).not.toEqual([...drawn]);
  });

  it.each(pruningMethods)("$id gives each survivor a score in a new array and changes nothing", (method) => {
    const scores = fc.float64Array({ minLength: 5, maxLength: 5, noNaN: true, min: 0, max: 10 });
    fc.assert(
      fc.property(scores, scores, fc.integer(), (before, now, seed) => {
        const copies = {
          ...{ carried: before.slice(), layerScores: now.slice(), firstTokenScores: now.slice() },
          random: createRandom(seed),
        };
        const scored = method.score(copies);
        expect(scored.length).toBe(5);
        expect(scored).not.toBe(copies.carried);
        expect(scored).not.toBe(copies.layerScores);
        expect(scored).not.toBe(copies.firstTokenScores);
        expect([copies.carried, copies.layerScores, copies.firstTokenScores]).toEqual([before, now, now]);
      }),
    );
  });

  it("refuse what an engine does not give, and scores of another number of tokens", () => {
    expect(() => clsAttentionMethod.score({ carried, layerScores, random: createRandom(0) })).toThrow(
      "the first token",
    );
    expect(() => spattenMethod.score({ ...context(), carried: new Float64Array(2) })).toThrow("wrong length");
  });
});
