import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { withoutSpinning } from "../../../test/support/onnx-plans.ts";
import {
  cachePlan,
  densePlan,
  tinyDecoder,
  tinyDecoderNames,
  tinyText,
} from "../../../test/support/tiny-decoders.ts";
import { abortedError, neverRest } from "../../base/checkpoint.ts";
import { onnxRuntimeInNode } from "../../platform/node/onnx-runtime.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import { openKernels } from "../decoder.ts";
import type { IterationDecisions } from "../decoding/decoder-decisions.ts";
import { type PassOptions, runPass } from "../decoding/pass.ts";
import { replaySelectors } from "../decoding/replay.ts";
import { createSequence, type Sequence, type SequenceOptions } from "../decoding/sequence.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { DecoderKernels } from "./decoder-kernels.ts";
import { type Engine, referenceEngine } from "./engine.ts";
import { createOnnxEngine } from "./onnx/onnx-engine.ts";

const runtime = onnxRuntimeInNode("onnxruntime-node", undefined, withoutSpinning);
const native = createOnnxEngine({ id: "onnx", title: "native", runtime });
const narrow = createOnnxEngine({ id: "onnx-int8", title: "int8", runtime, weights: "int8-narrow" });
const web = createOnnxEngine({
  ...{ id: "onnx-web", title: "wasm", runtime: onnxRuntimeInNode("onnxruntime-web") },
});
const call = { checkpoint: neverRest };

async function withKernels<Value>(
  engine: Engine,
  model: DecoderModel,
  act: (kernels: DecoderKernels) => Promise<Value>,
): Promise<Value> {
  const kernels = await openKernels(engine, model);
  try {
    return await act(kernels);
  } finally {
    await kernels.close();
  }
}

interface Steps {
  readonly states: Float32Array;
  /** Of the last row of each pass. */
  readonly logits: Float32Array;
  readonly sequence: Sequence;
}

const PROMPT_COUNT = 9;

/** A prompt, then token by token. */
async function stepByStep(
  model: DecoderModel,
  kernels: DecoderKernels,
  ids: readonly number[],
  options: Omit<SequenceOptions, "records" | "policies"> & { readonly policies?: readonly CachePolicy[] },
): Promise<Steps> {
  const sequence = createSequence(model, { policies: cachePolicies, ...options, records: true });
  const states: number[] = [];
  const logits: number[] = [];
  for (const part of [ids.slice(0, PROMPT_COUNT), ...ids.slice(PROMPT_COUNT).map((id) => [id])]) {
    const rows = await runPass(model, kernels, [{ sequence, ids: part }], call);
    states.push(...rows);
    logits.push(...(await kernels.logits(rows.slice(-model.shape.hiddenSize), call)));
  }
  return { states: Float32Array.from(states), logits: Float32Array.from(logits), sequence };
}

/** Largest difference, as a part of the largest value. */
function relativeDifference(left: Float32Array, right: Float32Array): number {
  expect(left).toHaveLength(right.length);
  const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return left.reduce((most, value, index) => Math.max(most, Math.abs(value - right[index]!)), 0) / scale;
}

/** The positions that every layer and head read, and where the rows went. */
function readRows(decisions: readonly IterationDecisions[]) {
  return decisions.map(({ layers }) =>
    layers.map(({ heads, heldRowCount }) => [
      heldRowCount,
      ...heads.map(({ keyValueHead, keyPositions }) => [keyValueHead, ...keyPositions]),
    ]),
  );
}

/** The policies, and whether a score at one of their cuts differed from the next by less than float32 sums can tell. */
function watchedPolicies() {
  const seen = { nearTie: false };
  const policies = cachePolicies.map((policy) => ({
    ...policy,
    score: (context: Parameters<CachePolicy["score"]>[0]) => {
      const scores = policy.score(context);
      const ordered = scores.filter(Number.isFinite).sort().reverse();
      const cut = context.keepCount - (scores.length - ordered.length);
      for (let rank = Math.max(1, cut - 1); rank <= Math.min(ordered.length - 1, cut + 1); rank++) {
        if ((ordered[rank - 1]! - ordered[rank]!) / ordered[rank - 1]! < 1e-5) seen.nearTie = true;
      }
      return scores;
    },
  }));
  return { policies, seen };
}

const plans: readonly PruningPlan[] = [
  densePlan,
  cachePlan("spatten", [0.9, 0.6, 0.4]),
  cachePlan("spatten", [0.8, 0.5, 0.5], { cache: "evict" }),
  cachePlan("h2o", 0.5, { cache: "evict" }),
  cachePlan("streaming-llm", 0.6, { cache: "evict" }),
];

const counted = { compared: 0, nearTies: 0 };
afterAll(() => {
  process.stderr.write(
    `decoders, onnx against reference: ${counted.compared} runs, ${counted.nearTies} near ties left out\n`,
  );
  expect(counted.nearTies).toBeLessThan(counted.compared / 4);
});

describe.each(tinyDecoderNames)("a decoder of layout %s", (name) => {
  it.each([
    ["onnx", native, 3],
    ["onnx-web", web, 1],
  ] as const)("on %s gives the reference's states, logits and rows", async (_id, engine, numRuns) => {
    const property = fc.asyncProperty(fc.nat(500), async (seed) => {
      const model = tinyDecoder(name, seed);
      const ids = tinyText(16, seed);
      await withKernels(engine, model, async (kernels) => {
        for (const plan of plans) {
          const { policies, seen } = watchedPolicies();
          const expected = await withKernels(referenceEngine, model, (reference) =>
            stepByStep(model, reference, ids, { plan, policies }),
          );
          const decisions = expected.sequence.decisions!;
          const forced = await stepByStep(model, kernels, ids, {
            ...{ plan, selectors: replaySelectors(decisions) },
          });
          expect(readRows(forced.sequence.decisions!)).toEqual(readRows(decisions));
          expect(relativeDifference(forced.states, expected.states)).toBeLessThan(1e-4);
          expect(relativeDifference(forced.logits, expected.logits)).toBeLessThan(1e-4);
          counted.compared++;
          if (seen.nearTie) {
            counted.nearTies++;
            continue;
          }
          const free = await stepByStep(model, kernels, ids, { plan });
          expect(readRows(free.sequence.decisions!)).toEqual(readRows(decisions));
          expect(free.logits).toEqual(forced.logits);
        }
      });
    });
    await fc.assert(property, { numRuns });
  });

  it("on onnx-int8 reads the same rows where they are given, and stays near", async () => {
    for (let seed = 0; seed < 4; seed++) {
      const model = tinyDecoder(name, seed);
      const ids = tinyText(16, seed);
      const plan = plans[1]!;
      const expected = await withKernels(referenceEngine, model, (kernels) =>
        stepByStep(model, kernels, ids, { plan }),
      );
      const selectors = replaySelectors(expected.sequence.decisions!);
      const actual = await withKernels(narrow, model, (kernels) =>
        stepByStep(model, kernels, ids, { plan, selectors }),
      );
      const error = relativeDifference(actual.logits, expected.logits);
      // Random weights of every size leave no slack; a float32 graph under another name would pass the bound, too.
      expect(error).toBeLessThan(0.3);
      expect(error).toBeGreaterThan(1e-4);
    }
  });

  it.each([
    ["onnx", native],
    ["onnx-int8", narrow],
    ["onnx-web", web],
  ] as const)("on %s runs a batch of sequences as each alone", async (id, engine) => {
    const model = tinyDecoder(name, 21);
    await withKernels(engine, model, async (kernels) => {
      const texts = plans.map((_, index) => tinyText(4 + 3 * index, index));
      const sequenceOf = (plan: PruningPlan) => createSequence(model, { plan, policies: cachePolicies });
      const together = plans.map(sequenceOf);
      const alone = plans.map(sequenceOf);
      for (const next of [undefined, 7, 8]) {
        const idsOf = (index: number) => (next === undefined ? texts[index]! : [next + index]);
        const steps = together.map((sequence, index) => ({ sequence, ids: idsOf(index) }));
        const states = await runPass(model, kernels, steps, call);
        const parts: number[] = [];
        for (const [index, sequence] of alone.entries()) {
          parts.push(...(await runPass(model, kernels, [{ sequence, ids: idsOf(index) }], call)));
        }
        // Codes of activations share one scale over all rows of a run.
        const bound = id === "onnx-int8" ? 0.2 : 1e-4;
        expect(relativeDifference(Float32Array.from(parts), states)).toBeLessThan(bound);
      }
    });
  });

  it.each([
    ["reference", referenceEngine, 7],
    // A pass as a whole is asked before and after its run alone.
    ["onnx", native, 1],
    ["onnx-web", web, 1],
  ] as const)(
    "on %s goes on after a pass that was aborted, and says that it is closed",
    async (_id, engine, stride) => {
      const model = tinyDecoder(name, 31);
      const ids = tinyText(12, 32);
      const plan = cachePlan("spatten", [0.9, 0.6, 0.4], { cache: "evict" });
      const kernels = await openKernels(engine, model);
      const untouched = await stepByStep(model, kernels, ids, { plan });
      const sequence = createSequence(model, { plan, policies: cachePolicies });
      const states: number[] = [];
      let abortedCount = 0;
      for (const part of [ids.slice(0, PROMPT_COUNT), ...ids.slice(PROMPT_COUNT).map((token) => [token])]) {
        for (let checkpointCount = 0; ; checkpointCount += stride) {
          try {
            states.push(
              ...(await runPass(model, kernels, [{ sequence, ids: part }], abortedAt(checkpointCount))),
            );
            break;
          } catch (error) {
            expect(error).toMatchObject({ code: "aborted" });
            abortedCount++;
          }
        }
      }
      // Four passes, each at least before and after.
      expect(abortedCount).toBeGreaterThanOrEqual(8);
      expect(Float32Array.from(states)).toEqual(untouched.states);
      await kernels.close();
      const again = createSequence(model, { plan, policies: cachePolicies });
      await expect(runPass(model, kernels, [{ sequence: again, ids }], call)).rejects.toThrow("is closed");
      await expect(kernels.logits(untouched.states, call)).rejects.toMatchObject({ code: "usage" });
    },
  );
});

/** A call whose signal is aborted at that checkpoint, as a user's would be. */
function abortedAt(checkpointCount: number): PassOptions {
  const interruption = new AbortController();
  let left = checkpointCount;
  return {
    signal: interruption.signal,
    checkpoint: () => {
      if (left-- === 0) interruption.abort();
      return interruption.signal.aborted ? Promise.reject(abortedError()) : undefined;
    },
  };
}
