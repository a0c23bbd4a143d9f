import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cachePlan,
  densePlan,
  tinyDecoder,
  tinyDecoderNames,
  tinyText,
} from "../../../test/support/tiny-decoders.ts";
import { abortedError, neverRest } from "../../base/checkpoint.ts";
import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import { referenceDecoder } from "../engines/reference/decoder.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import { runMaskedDecoder, type VisiblePositions } from "./masked-decoder.reference.ts";
import { runPass } from "./pass.ts";
import { createSequence, movesKeys, type Sequence } from "./sequence.ts";

const options = { checkpoint: neverRest };
const sequenceOf = (model: DecoderModel, plan: PruningPlan) =>
  createSequence(model, { plan, policies: cachePolicies, records: true });

/** The prompt, then token by token: the states of all, in order. */
async function stepByStep(
  model: DecoderModel,
  sequence: Sequence,
  ids: readonly number[],
  promptCount: number,
) {
  const kernels = referenceDecoder(model);
  const states = [
    ...(await runPass(model, kernels, [{ sequence, ids: ids.slice(0, promptCount) }], options)),
  ];
  for (const id of ids.slice(promptCount)) {
    states.push(...(await runPass(model, kernels, [{ sequence, ids: [id] }], options)));
  }
  return Float32Array.from(states);
}

/** What a record says that each query could read. */
function visibleIn(sequence: Sequence): VisiblePositions {
  return (position, layer, keyValueHead) => {
    const iteration = sequence.decisions!.findLast(({ firstPosition }) => firstPosition <= position)!;
    const head = iteration.layers[layer]!.heads.find((row) => row.keyValueHead === keyValueHead);
    return head && Array.from(head.keyPositions).filter((other) => other <= position);
  };
}

function largestError(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((most, value, index) => Math.max(most, Math.abs(value - right[index]!)), 0);
}

const everyPolicy = cachePolicies
  .filter(({ usesThreshold }) => usesThreshold !== true)
  .flatMap(({ id }) => (["select", "evict"] as const).map((cache) => ({ id, cache })));

describe.each(tinyDecoderNames)("a pass of %s", (name) => {
  it("step by step is one full pass", async () => {
    const model = tinyDecoder(name, 1);
    const ids = tinyText(20, 2);
    const whole = await stepByStep(model, sequenceOf(model, densePlan), ids, 20);
    for (const promptCount of [1, 7, 19]) {
      const steps = await stepByStep(model, sequenceOf(model, densePlan), ids, promptCount);
      expect(largestError(steps, whole)).toBe(0);
    }
  });

  it.each(everyPolicy)(
    "under $id, $cache, is the full cache with the same rows masked, moved where it says so",
    async ({ id, cache }) => {
      const property = fc.asyncProperty(
        fc.nat(500),
        fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 2, max: 14 }),
        async (seed, ratios, promptCount) => {
          const model = tinyDecoder(name, seed);
          const ids = tinyText(18, seed);
          const sequence = sequenceOf(model, cachePlan(id, ratios, { cache }));
          const removed = await stepByStep(model, sequence, ids, promptCount);
          const moves = { movesKeys: movesKeys(sequence, model) };
          const masked = await runMaskedDecoder(model, ids, visibleIn(sequence), moves);
          expect(largestError(removed, masked)).toBeLessThan(1e-4);
        },
      );
      await fc.assert(property, { numRuns: 4 });
    },
  );

  it("with heads pruned is all heads with the same ones masked, in groups that leave together", async () => {
    const model = tinyDecoder(name, 5);
    const ids = tinyText(16, 6);
    const { keyValueHeadCount } = model.shape;
    const heads = {
      schedule: { kind: "counts", keepCount: [keyValueHeadCount, keyValueHeadCount, 1] },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1 },
    };
    const sequence = sequenceOf(model, parsePlan({ name: "heads", source: "test", heads }));
    const removed = await stepByStep(model, sequence, ids, 10);
    expect(largestError(removed, await runMaskedDecoder(model, ids, visibleIn(sequence)))).toBeLessThan(1e-4);
    const last = sequence.decisions!.at(-1)!.layers[2]!.heads;
    expect(new Set(last.map(({ keyValueHead }) => keyValueHead)).size).toBe(1);
    expect(last.length).toBe(model.shape.headCount / keyValueHeadCount);
  });

  it("of a batch is each sequence alone", async () => {
    const model = tinyDecoder(name, 9);
    const kernels = referenceDecoder(model);
    const plans = [
      densePlan,
      cachePlan("spatten", [0.9, 0.5, 0.3]),
      cachePlan("h2o", 0.4, { cache: "evict" }),
    ];
    const texts = plans.map((_, index) => tinyText(6 + 3 * index, index));
    const together = plans.map((plan) => sequenceOf(model, plan));
    const alone = plans.map((plan) => sequenceOf(model, plan));
    for (const next of [undefined, 3, 4, 5]) {
      const ids = (index: number) => (next === undefined ? texts[index]! : [next + index]);
      const steps = together.map((sequence, index) => ({ sequence, ids: ids(index) }));
      const states = await runPass(model, kernels, steps, options);
      const parts: number[] = [];
      for (const [index, sequence] of alone.entries()) {
        parts.push(...(await runPass(model, kernels, [{ sequence, ids: ids(index) }], options)));
      }
      expect(Float32Array.from(parts)).toEqual(states);
    }
  });

  it("that is aborted at any point leaves everything as it was", async () => {
    const model = tinyDecoder(name, 11);
    const ids = tinyText(14, 12);
    const plan = cachePlan("spatten", [0.9, 0.6, 0.4], { cache: "evict" });
    const untouched = await stepByStep(model, sequenceOf(model, plan), ids, 8);
    const sequence = sequenceOf(model, plan);
    const kernels = referenceDecoder(model);
    const states: number[] = [];
    let abortedCount = 0;
    for (const part of [ids.slice(0, 8), ...ids.slice(8).map((id) => [id])]) {
      for (let restCount = 0; ; restCount += 3) {
        let left = restCount;
        const checkpoint = () => {
          if (left-- <= 0) throw abortedError();
          return undefined;
        };
        try {
          states.push(...(await runPass(model, kernels, [{ sequence, ids: part }], { checkpoint })));
          break;
        } catch (error) {
          expect(error).toMatchObject({ code: "aborted" });
          abortedCount++;
        }
      }
    }
    expect(abortedCount).toBeGreaterThan(100);
    expect(Float32Array.from(states)).toEqual(untouched);
  });

  it("that evicts at keep 0.25 holds a quarter, and reads what it holds", async () => {
    const model = tinyDecoder(name, 3);
    const sequence = sequenceOf(model, cachePlan("h2o", 0.25, { cache: "evict" }));
    await stepByStep(model, sequence, tinyText(48, 1), 40);
    for (const cache of sequence.caches.flat()) expect(cache.rowCount()).toBe(12);
    const { layers } = sequence.decisions!.at(-1)!;
    for (const { heads, heldRowCount } of layers) {
      for (const head of heads) expect(head.keyPositions.length).toBe(12);
      expect(heldRowCount).toBe(12 * model.shape.keyValueHeadCount);
    }
  });
});

describe("what a pass refuses", () => {
  const model = tinyDecoder("gpt2", 1);
  const run = (ids: readonly number[]) =>
    runPass(model, referenceDecoder(model), [{ sequence: sequenceOf(model, densePlan), ids }], options);

  it.each([
    [[], "needs a token"],
    [[40], "does not know this token"],
    [[-1], "does not know this token"],
    [[Number.NaN], "does not know this token"],
    [tinyText(65, 1), "more tokens than the model has positions"],
  ])("%j", async (ids, message) => {
    await expect(run(ids)).rejects.toThrow(message);
  });
});
