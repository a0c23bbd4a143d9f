import { describe, expect, it } from "vitest";
import { tinyBert } from "../../../test/support/tiny-bert.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { pruningMethods } from "../../pruning/methods/registry.ts";
import { parsePlan } from "../../pruning/plan.ts";
import { batchingEngine } from "./batching-engine.ts";
import { type EncoderInput, type Engine, referenceEngine } from "./engine.ts";

const model = tinyBert(1);
const plans = ["a", "b"].map((name) => parsePlan({ name, source: "test" }));
const inputOf = (length: number, plan = 0): EncoderInput => ({
  input: { kind: "tokens", ids: Array.from({ length }, (_, index) => (index * 7) % 40) },
  ...{ plan: plans[plan]!, methods: pruningMethods, checkpoint: neverRest, captureTensors: false },
});

/** The reference engine, one after the other, with the sizes of the batches that it was asked for. */
function countingEngine(sizes: number[]): Engine {
  return {
    ...referenceEngine,
    runBatch: async (encoder, { inputs, ...rest }) => {
      sizes.push(inputs.length);
      if (inputs.some((input) => input.kind === "tokens" && input.ids.length > 20)) throw new Error("long");
      const runs = [];
      for (const input of inputs) runs.push(await referenceEngine.runEncoder(encoder, { ...rest, input }));
      return runs;
    },
  };
}

describe("an engine that batches", () => {
  it("gives each input its own answer, and runs together what waits", async () => {
    const sizes: number[] = [];
    const engine = batchingEngine(countingEngine(sizes), 4);
    const inputs = [3, 5, 2, 8, 4, 6, 7].map((length) => inputOf(length));
    const together = await Promise.all(inputs.map((input) => engine.runEncoder(model, input)));
    for (const [index, input] of inputs.entries()) {
      expect(together[index]).toEqual(await referenceEngine.runEncoder(model, input));
    }
    expect(sizes).toEqual([1, 4, 2]);
  });

  it("keeps plans apart, and fails only those of a batch that failed", async () => {
    const sizes: number[] = [];
    const engine = batchingEngine(countingEngine(sizes), 8);
    const inputs = [inputOf(3), inputOf(4), inputOf(30), inputOf(5, 1), inputOf(6, 1)];
    const settled = await Promise.allSettled(inputs.map((input) => engine.runEncoder(model, input)));
    expect(settled.map(({ status }) => status === "fulfilled")).toEqual([true, false, false, true, true]);
    expect(sizes).toEqual([1, 2, 2]);
    expect((await engine.runEncoder(model, inputOf(3))).logits.length).toBeGreaterThan(0);
  });

  it("is the engine itself where that has no batches", () => {
    expect(batchingEngine(referenceEngine, 8)).toBe(referenceEngine);
  });
});
