import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutSpinning } from "../../../test/support/onnx-plans.ts";
import {
  cachePlan,
  densePlan,
  tinyDecoder,
  tinyDecoderNames,
  tinyText,
} from "../../../test/support/tiny-decoders.ts";
import { abortedError, neverRest } from "../../base/checkpoint.ts";
import { createGraphBuilder } from "../../graph/graph-builder.ts";
import { onnxRuntimeInNode } from "../../platform/node/onnx-runtime.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import { openKernels } from "../decoder.ts";
import type { IterationDecisions } from "../decoding/decoder-decisions.ts";
import { bringHome } from "../decoding/kept-cache.ts";
import { runPass } from "../decoding/pass.ts";
import { createSequence, type Sequence } from "../decoding/sequence.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { DecoderKernels } from "./decoder-kernels.ts";
import { loadGraph } from "./onnx/load-graph.ts";
import { createOnnxEngine } from "./onnx/onnx-engine.ts";

/** One run fails on purpose, which the runtime would report. */
const quietly = { ...withoutSpinning, logSeverityLevel: 4 };
const runtime = onnxRuntimeInNode("onnxruntime-node", undefined, quietly);
const engine = createOnnxEngine({ id: "onnx", title: "native", runtime });
const sequenceOf = (model: DecoderModel, plan: PruningPlan) =>
  createSequence(model, { plan, policies: cachePolicies, records: true });

/** The same kernels, and how often they worked on all layers at once. */
function counting(kernels: DecoderKernels): { readonly kernels: DecoderKernels; callCount: number } {
  const counted = {
    callCount: 0,
    kernels: {
      ...kernels,
      whole: (...call: Parameters<NonNullable<DecoderKernels["whole"]>>) => {
        counted.callCount++;
        return kernels.whole!(...call);
      },
    },
  };
  return counted;
}

/** Largest difference, as a part of the largest value. */
function difference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  const scale = Array.from(right).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return (
    Array.from(left).reduce((most, value, at) => Math.max(most, Math.abs(value - right[at]!)), 0) / scale
  );
}

/** What was decided, without what was computed. */
function choicesIn({ layers, ...iteration }: IterationDecisions) {
  return {
    ...iteration,
    layers: layers.map(({ keyImportance, heads, ...layer }) => ({
      ...layer,
      rowCounts: keyImportance.map(({ length }) => length),
      heads: heads.map(({ maximumProbability, ...head }) => [head, maximumProbability.length]),
    })),
  };
}

function figuresIn({ layers }: IterationDecisions): number[] {
  return layers.flatMap(({ keyImportance, heads }) => [
    ...keyImportance.flatMap((sums) => [...sums]),
    ...heads.flatMap(({ maximumProbability }) => maximumProbability),
  ]);
}

/** Keys and values of a sequence, head by head, in the order of their positions. */
function storedIn({ caches }: Sequence): number[] {
  return caches.flat().flatMap((cache) =>
    [...cache.slots()].flatMap((slot) => {
      const [start, end] = [slot * cache.dimension, (slot + 1) * cache.dimension];
      return [...cache.keys().subarray(start, end), ...cache.values().subarray(start, end)];
    }),
  );
}

/** The same model for longer texts; learned positions begin anew. */
function withPositions(model: DecoderModel, positionCount: number): DecoderModel {
  if (model.positions.kind === "rotary") return { ...model, positionCount };
  const { table } = model.positions;
  const length = positionCount * model.shape.hiddenSize;
  const longer = Float32Array.from({ length }, (_, index) => table[index % table.length]!);
  return { ...model, positionCount, positions: { kind: "learned", table: longer } };
}

describe.each(tinyDecoderNames)("a pass of %s as a whole", (name) => {
  const model = withPositions(tinyDecoder(name, 3), 320);
  let kernels: DecoderKernels;
  beforeAll(async () => {
    kernels = await openKernels(engine, model);
  });
  afterAll(() => kernels.close());

  /** A prompt and steps, as a whole and part by part; the number of calls and passes. */
  async function compare(plan: PruningPlan, ids: readonly number[], promptCount: number) {
    const counted = counting(kernels);
    const [whole, parts] = [sequenceOf(model, plan), sequenceOf(model, plan)];
    const passes = [ids.slice(0, promptCount), ...ids.slice(promptCount).map((id) => [id])];
    for (const [index, pass] of passes.entries()) {
      const states = await runPass(model, counted.kernels, [{ sequence: whole, ids: pass }], {
        checkpoint: neverRest,
      });
      const expected = await runPass(model, kernels, [{ sequence: parts, ids: pass }], {
        ...{ checkpoint: neverRest, partByPart: true },
      });
      const [told, toldExpected] = [whole.decisions!.at(-1)!, parts.decisions!.at(-1)!];
      expect(choicesIn(told)).toEqual(choicesIn(toldExpected));
      expect(difference(figuresIn(told), figuresIn(toldExpected))).toBeLessThan(1e-4);
      expect(difference(states, expected)).toBeLessThan(1e-4);
      expect(whole.traffic).toEqual(parts.traffic);
      // An engine keeps a cache from step to step, unless something reads it.
      if (index % 4 > 0 && index + 1 < passes.length) continue;
      await bringHome(whole);
      expect(difference(storedIn(whole), storedIn(parts))).toBeLessThan(1e-4);
    }
    return { callCount: counted.callCount, passCount: passes.length };
  }

  it.each(cachePolicies.map(({ id }) => id))("under %s is the pass from part to part", async (method) => {
    let repeatedCount = 0;
    const property = fc.asyncProperty(
      fc.nat(500),
      fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom("select" as const, "evict" as const),
      fc.integer({ min: 1, max: 40 }),
      async (seed, ratios, cache, promptCount) => {
        const threshold = method === "attention-threshold" ? { scoreThreshold: [0.02] } : {};
        const falling = [...ratios].sort((left, right) => right - left);
        const plan = cachePlan(method, falling, { cache, ...threshold });
        const { callCount, passCount } = await compare(plan, tinyText(promptCount + 12, seed), promptCount);
        const moves = method === "streaming-llm" && name === "llama";
        const isChosenAnew = method === "spatten" && cache === "select" && new Set(falling).size > 1;
        if (moves || isChosenAnew) expect(callCount).toBe(0);
        else expect(callCount).toBeGreaterThanOrEqual(passCount);
        repeatedCount += Math.max(0, callCount - passCount);
      },
    );
    await fc.assert(property, { numRuns: 6 });
    // Only there does a layer's choice rest on what the layers before give in the same iteration.
    if (method !== "spatten") expect(repeatedCount).toBe(0);
  });

  it("is repeated where a layer's choice comes out otherwise than foreseen", async () => {
    const plan = cachePlan("spatten", [0.8, 0.6, 0.4], { cache: "evict" });
    const { callCount, passCount } = await compare(plan, tinyText(80, 4), 20);
    expect(callCount).toBeGreaterThan(passCount);
    expect(callCount).toBeLessThan(2 * passCount);
  });

  it("without a plan takes one call", async () => {
    expect(await compare(densePlan, tinyText(20, 1), 12)).toEqual({ callCount: 9, passCount: 9 });
  });

  it.each(["snapkv", "h2o", "spatten"])("under %s takes a long prompt in several calls", async (method) => {
    const text = tinyText(300, 2);
    expect(await compare(cachePlan(method, 0.3, { cache: "evict" }), text, 297)).toEqual({
      ...{ callCount: 3 + 3, passCount: 4 },
    });
  });

  it.each(cachePolicies.filter(({ usesThreshold }) => usesThreshold !== true).map(({ id }) => id))(
    "under %s without a record chooses the same",
    async (method) => {
      const plan = cachePlan(method, 0.4, { cache: "evict" });
      const [whole, parts] = [0, 1].map(() => createSequence(model, { plan, policies: cachePolicies }));
      const text = tinyText(60, 3);
      for (const ids of [text.slice(0, 40), ...text.slice(40).map((id) => [id])]) {
        const [states, expected] = await Promise.all([
          runPass(model, kernels, [{ sequence: whole!, ids }], { checkpoint: neverRest }),
          runPass(model, kernels, [{ sequence: parts!, ids }], { checkpoint: neverRest, partByPart: true }),
        ]);
        expect(difference(states, expected)).toBeLessThan(1e-4);
        const positionsIn = ({ caches }: Sequence) => caches.flat().map((cache) => [...cache.positions()]);
        expect(positionsIn(whole!)).toEqual(positionsIn(parts!));
      }
      expect(whole!.traffic).toEqual(parts!.traffic);
    },
  );

  it("goes on with other kernels, part by part, and after those that kept its cache are closed", async () => {
    const plan = cachePlan("h2o", 0.5, { cache: "evict" });
    const [moved, stayed] = [sequenceOf(model, plan), sequenceOf(model, plan)];
    const others = await openKernels(engine, model);
    const step = async (ids: readonly number[], by: DecoderKernels, partByPart = false) => {
      const states = await runPass(model, by, [{ sequence: moved, ids }], {
        checkpoint: neverRest,
        partByPart,
      });
      const expected = await runPass(model, kernels, [{ sequence: stayed, ids }], { checkpoint: neverRest });
      expect(difference(states, expected)).toBeLessThan(1e-4);
    };
    await step(tinyText(12, 5), kernels);
    for (const by of [kernels, others, others, kernels, others]) await step([3], by);
    await step([4], others, true);
    await step([5], others);
    await others.close();
    expect(moved.kept).toBeDefined();
    await step([6], kernels);
    await step([7], kernels);
  });

  it("that is aborted leaves a kept cache as it was", async () => {
    const sequence = sequenceOf(model, cachePlan("spatten", 0.5, { cache: "evict" }));
    const run = (ids: number[], checkpoint = neverRest) =>
      runPass(model, kernels, [{ sequence, ids }], { checkpoint });
    await run(tinyText(10, 1));
    for (const id of [1, 2, 3]) await run([id]);
    const twin = sequenceOf(model, cachePlan("spatten", 0.5, { cache: "evict" }));
    await runPass(model, kernels, [{ sequence: twin, ids: tinyText(10, 1) }], { checkpoint: neverRest });
    for (const id of [1, 2, 3])
      await runPass(model, kernels, [{ sequence: twin, ids: [id] }], { checkpoint: neverRest });
    for (const restCount of [0, 1]) {
      let left = restCount;
      const checkpoint = () => {
        if (left-- <= 0) throw abortedError();
        return undefined;
      };
      expect(sequence.kept).toBeDefined();
      await expect(run([4], checkpoint)).rejects.toMatchObject({ code: "aborted" });
    }
    for (const one of [sequence, twin]) await bringHome(one);
    expect(storedIn(sequence)).toEqual(storedIn(twin));
  });

  it("that fails gives the cache back", async () => {
    const sequence = sequenceOf(model, cachePlan("h2o", 0.5, { cache: "evict" }));
    const run = (ids: number[], by = kernels) =>
      runPass(model, by, [{ sequence, ids }], { checkpoint: neverRest });
    await run(tinyText(10, 1));
    const before = storedIn(sequence);
    const failing: DecoderKernels = {
      ...kernels,
      whole: async (rows) => {
        for (const { keys, values, giveBack } of await rows.lend()) giveBack(keys, values);
        throw new Error("no memory");
      },
    };
    await expect(run([1], failing)).rejects.toThrow("no memory");
    expect(storedIn(sequence)).toEqual(before);
    const lost: DecoderKernels = {
      ...kernels,
      whole: async (rows) => {
        await rows.lend();
        throw new Error("the thread has ended");
      },
    };
    await run([1]);
    await expect(run([1], lost)).rejects.toThrow("the thread has ended");
    await expect(run([1])).rejects.toMatchObject({ code: "usage" });
  });
});

describe("a run with arrays on loan", () => {
  it("gives them back, whether it ends well or not", async () => {
    const graph = createGraphBuilder("sum");
    const [left, right] = ["left", "right"].map((input) => graph.input(input, "float32", ["count"]));
    graph.output("sum", graph.node("Add", [left!, right!]), "float32", ["count"]);
    const session = await loadGraph(runtime, graph.finish());
    const of = (...values: number[]) => ({
      ...{ type: "float32" as const, data: Float32Array.from(values), shape: [values.length] },
    });
    const good = await session.runLending({ left: of(1, 2) }, { right: of(3, 4) });
    expect(good.outputs).toMatchObject({ sum: { data: Float32Array.of(4, 6) } });
    expect(good.loan.right!.data).toEqual(Float32Array.of(3, 4));
    const bad = await session.runLending({ left: of(1, 2) }, { right: of(3, 4, 5) });
    expect(bad.outputs).toBeInstanceOf(Error);
    expect(bad.loan.right!.data).toEqual(Float32Array.of(3, 4, 5));
    await session.release();
  });
});
