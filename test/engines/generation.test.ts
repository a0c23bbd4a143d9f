import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { neverRest } from "../../src/base/checkpoint.ts";
import { createSpatten } from "../../src/index.ts";
import { type LoadedDecoder, loadDecoder, openKernels } from "../../src/inference/decoder.ts";
import { runPass } from "../../src/inference/decoding/pass.ts";
import { cacheBytes, createSequence } from "../../src/inference/decoding/sequence.ts";
import type { DecoderKernels } from "../../src/inference/engines/decoder-kernels.ts";
import { referenceEngine } from "../../src/inference/engines/engine.ts";
import { openFolder } from "../../src/platform/node/folder.ts";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import { type PruningPlan, parsePlan } from "../../src/pruning/plan.ts";
import { cachePolicies } from "../../src/pruning/policies/registry.ts";
import { usualBootstrap } from "../../src/quality/metrics/bootstrap.ts";
import { comparePolicies } from "../../src/quality/perplexity/policy-comparison.ts";
import { probabilityErrors } from "../../src/quality/perplexity/probability-errors.ts";
import { denseWindowNats, planNats } from "../../src/quality/perplexity/window-nats.ts";
import { checkWorkload } from "../../src/workload/workload-checks.ts";
import { cachePlan, densePlan } from "../support/tiny-decoders.ts";

// Samples of `npm run evidence generation-workload quantized-cache`.

const TEXT =
  "And the king said unto his servants, Bring me the book of the chronicles, and let it be read before me; and they brought it, and it was found written what was done of old in the days of his fathers.";
let decoder: LoadedDecoder;
let kernels: DecoderKernels;
let ids: readonly number[];
beforeAll(async () => {
  decoder = await loadDecoder(await openFolder(bundledModelFolder("gpt2-kjv-shakespeare")));
  kernels = await openKernels(referenceEngine, decoder.model);
  ids = [1999, ...decoder.tokenizer.encodePlain(TEXT)];
});
afterAll(() => kernels.close());

const call = { policies: cachePolicies, checkpoint: neverRest };
const keys = (quantization: object): PruningPlan =>
  parsePlan({ name: JSON.stringify(quantization), source: "test", quantization });
const progressive = (mostSignificantBits: number, maximumProbabilityThreshold: number) =>
  keys({
    ...{ kind: "progressive", queryBits: 12, valueBits: 12, leastSignificantBits: 4 },
    ...{ mostSignificantBits, maximumProbabilityThreshold },
  });
const fixed = (bits: number) => keys({ kind: "static", queryBits: bits, keyBits: bits, valueBits: bits });

describe("a generation of the bundled decoder", () => {
  it("is work that both fidelities of the machine run, and replays from its decisions", async () => {
    const spatten = createSpatten();
    await using model = await spatten.loadDecoder();
    const options = { maximumNewTokens: 4, plan: "paper-decoder" };
    const run = await model.complete(TEXT, options);
    const dense = (await model.complete(TEXT, { maximumNewTokens: 4 })).workload();
    const replayed = await model.complete(TEXT, { ...options, replay: run.decisions });
    expect(replayed.ids).toEqual(run.ids);
    const workload = run.workload();
    checkWorkload(workload, "recorded");
    for (const fidelity of ["analytical", "cycle"] as const) {
      const request = { fidelity, seeds: [0] };
      const pruned = await spatten.simulate(workload, request);
      expect(pruned.bytes.key).toBeLessThan((await spatten.simulate(dense, request)).bytes.key / 2);
    }
  });

  it("takes a quarter of the memory where it evicts to a quarter, and reads what select holds beside", async () => {
    const bytesUnder = async (plan: PruningPlan) => {
      const sequence = createSequence(decoder.model, { plan, policies: cachePolicies });
      const prompt = Array.from({ length: 3 }, () => ids).flat();
      await runPass(decoder.model, kernels, [{ sequence, ids: prompt }], call);
      await runPass(decoder.model, kernels, [{ sequence, ids: [7] }], call);
      return { bytes: cacheBytes(sequence), length: sequence.ids.length, traffic: sequence.traffic };
    };
    const { bytes, length } = await bytesUnder(cachePlan("h2o", 0.25, { cache: "evict" }));
    const rowBytes = 6 * 12 * (2 * 4 * decoder.model.shape.headDimension + 4);
    expect(bytes).toBeGreaterThanOrEqual(Math.ceil(length / 4) * rowBytes);
    // Room for the next rows.
    expect(bytes).toBeLessThanOrEqual((Math.ceil(length / 4) + 64) * rowBytes);
    const select = await bytesUnder(cachePlan("h2o", 0.25, { cache: "select" }));
    expect(select.bytes).toBeGreaterThanOrEqual(length * rowBytes);
    // The prompt's iteration reads all; the next one a quarter of what it holds.
    expect(select.traffic.fetchedRows).toBe(72 * (length - 1 + Math.ceil(length / 4)));
    expect(select.traffic.heldRows).toBe(72 * (2 * length - 1));
  });
});

describe("a quantized cache of the bundled decoder", () => {
  it("costs little at 12 bits and more at 4, and fetches low bits the more, the higher the threshold", async () => {
    const thresholds = [0, 0.1, 0.4, 1];
    const plans = [densePlan, fixed(12), fixed(4), ...thresholds.map((limit) => progressive(6, limit))];
    const window = ids.slice(0, 24);
    const runs = await planNats({ ...decoder, kernels }, window, 12, plans, call);
    const [dense, ...rows] = comparePolicies([runs], 256, usualBootstrap);
    const whole = await denseWindowNats({ ...decoder, kernels }, window, call);
    runs[0]!.nats.forEach((nats, index) => void expect(nats).toBeCloseTo(whole[11 + index]!, 5));
    expect(dense!.difference.value).toBe(0);
    expect(Math.abs(rows[0]!.difference.value)).toBeLessThan(0.02);
    expect(Math.abs(rows[1]!.difference.value)).toBeGreaterThan(Math.abs(rows[0]!.difference.value));
    const rates = rows.slice(2).map(({ refetchedRatio }) => refetchedRatio);
    expect([...rates].sort((left, right) => left - right)).toEqual(rates);
    expect([rates[0], rates.at(-1)]).toEqual([0, 1]);
    // With all low bits fetched, the keys are those of 10 bits at once.
    const all = planNats(
      { ...decoder, kernels },
      window,
      12,
      [keys({ kind: "static", queryBits: 12, keyBits: 10, valueBits: 12 })],
      call,
    );
    (await all)[0]!.nats.forEach(
      (nats, index) => void expect(nats).toBeCloseTo(runs.at(-1)!.nats[index]!, 9),
    );
  });

  it("errs in its probabilities the less, the more bits it has, and counts every query once", async () => {
    const errorsAt = async (bits: number) => {
      const bins = await probabilityErrors(
        { ...decoder, kernels },
        ids.slice(0, 16),
        bits,
        { from: 5, to: 12 },
        call,
      );
      expect(bins.reduce((sum, { queryCount }) => sum + queryCount, 0)).toBe(8 * 72);
      return bins.reduce((sum, { queryCount, totalError }) => sum + queryCount * totalError, 0) / (8 * 72);
    };
    const [four, eight, twelve] = [await errorsAt(4), await errorsAt(8), await errorsAt(12)];
    expect(four).toBeGreaterThan(4 * eight);
    expect(eight).toBeGreaterThan(4 * twelve);
    // Two distributions differ by 2 at most.
    expect(four).toBeLessThan(2);
  });
});
