import { describe, expect, it } from "vitest";
import { headParts, tokenParts, valueParts } from "../../test/support/plan-parts.ts";
import { tinyBert, tinyIds, tinyShapeAt } from "../../test/support/tiny-bert.ts";
import { neverRest } from "../base/checkpoint.ts";
import { pruningMethods } from "../pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "../pruning/plan.ts";
import type { AttentionJob } from "../workload/attention-workload.ts";
import { readSidecar } from "../workload/tensor-sidecar.ts";
import { checkWorkload } from "../workload/workload-checks.ts";
import type { EncoderRun } from "./decisions.ts";
import { referenceEngine } from "./engines/engine.ts";
import { recordWorkload } from "./recorder.ts";
import { recordedTensors } from "./recorder-tensors.ts";

const ids = tinyIds.slice(0, 8);
const shape = tinyShapeAt(ids.length);

function run(plan: PruningPlan, captureTensors = false): Promise<EncoderRun> {
  return referenceEngine.runEncoder(tinyBert(3), {
    input: { kind: "tokens", ids },
    plan,
    methods: pruningMethods,
    checkpoint: neverRest,
    captureTensors,
  });
}

const pruning = parsePlan({
  name: "all at once",
  source: "test",
  tokens: tokenParts([1, 0.75, 0.5]),
  heads: headParts([3, 3, 2]),
  values: valueParts(0.5),
});

function withQuantization(quantization: NonNullable<PruningPlan["quantization"]>): PruningPlan {
  return parsePlan({ name: "quantized", source: "test", quantization });
}

describe("the recorded workload", () => {
  it("holds one valid job a layer and surviving head, with the counts of the plan", async () => {
    const workload = recordWorkload(shape, pruning, (await run(pruning)).layers);
    checkWorkload(workload, "recorded");
    const jobs = workload.jobs as AttentionJob[];
    expect(jobs.map((job) => job.layer)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    expect(jobs.map((job) => job.keyCount)).toEqual([8, 8, 8, 6, 6, 6, 4, 4]);
    expect(jobs.map((job) => job.valuesPerQuery)).toEqual([4, 4, 4, 3, 3, 3, 2, 2]);
    expect(jobs.map((job) => job.topK.filter((event) => event.of !== "value"))).toEqual([
      [],
      [],
      [{ of: "token", n: 8, k: 6, count: 1 }],
      [],
      [],
      [
        { of: "token", n: 6, k: 4, count: 1 },
        { of: "head", n: 3, k: 2, count: 1 },
      ],
      [],
      [],
    ]);
  });

  it("carries unquantized operands in 12 bits and says so", async () => {
    const none = parsePlan({ name: "none", source: "test" });
    const { header, jobs } = recordWorkload(shape, none, (await run(none)).layers);
    const [job] = jobs as AttentionJob[];
    expect([job!.queryBits, job!.keyBits, job!.keyLsbBits, job!.valueBits]).toEqual([12, 12, 0, 12]);
    expect(header.assumptions.join()).toContain("12 bits");
  });

  it("has Q, K and V beside it that give the recorded largest probabilities", async () => {
    const { layers } = await run(pruning, true);
    const workload = recordWorkload(shape, pruning, layers);
    const sidecar = readSidecar(recordedTensors(workload, layers, pruning), "sidecar");
    for (const job of workload.jobs as AttentionJob[]) {
      const query = sidecar.headTensor(job, 4, "query");
      const key = sidecar.headTensor(job, 4, "key");
      const scores = Array.from({ length: job.keyCount }, (_, row) =>
        [0, 1, 2, 3].reduce((sum, d) => sum + query[d]! * key[row * 4 + d]!, 0),
      ).map((score) => Math.exp(score / 2));
      const largest = Math.max(...scores) / scores.reduce((sum, value) => sum + value, 0);
      expect(sidecar.headTensor(job, 4, "maximumProbability")[0]).toBeCloseTo(largest, 5);
      expect(Array.from(sidecar.keyIds(job))).toEqual(job.keyIds);
      const firstRow = sidecar.headTensor(job, 4, "probability").subarray(0, job.keyCount);
      expect(Math.max(...firstRow)).toBeCloseTo(largest, 5);
    }
    expect(parsePlan(JSON.parse(sidecar.metadata("plan")!))).toEqual(pruning);
  });
});

describe("quantization in a run", () => {
  const progressive = (maximumProbabilityThreshold: number) =>
    withQuantization({
      kind: "progressive",
      queryBits: 12,
      mostSignificantBits: 4,
      leastSignificantBits: 4,
      valueBits: 8,
      maximumProbabilityThreshold,
    });

  it("at 12 bits hardly moves the logits, and fewer bits move them more", async () => {
    const exact = (await run(parsePlan({ name: "none", source: "test" }))).logits;
    const error = async (bits: number) => {
      const plan = withQuantization({ kind: "static", queryBits: bits, keyBits: bits, valueBits: bits });
      const { logits } = await run(plan);
      return Math.max(...logits.map((logit, index) => Math.abs(logit - exact[index]!)));
    };
    expect(await error(12)).toBeLessThan(0.01);
    expect(await error(4)).toBeGreaterThan(await error(12));
  });

  it("is static quantization at all bits when every query fetches the low ones", async () => {
    const all = await run(progressive(1));
    const whole = await run(withQuantization({ kind: "static", queryBits: 12, keyBits: 8, valueBits: 8 }));
    for (const [index, logit] of all.logits.entries()) expect(logit).toBeCloseTo(whole.logits[index]!, 5);
    const { jobs } = recordWorkload(shape, progressive(1), all.layers);
    for (const job of jobs as AttentionJob[]) expect(job.refetchedQueries).toHaveLength(job.queryCount);
  });

  it("records the largest probability that the decision saw, also where the low bits were fetched after it", async () => {
    const heads = async (threshold: number) => (await run(progressive(threshold))).layers[0]!.headDecisions;
    const [never, always] = [await heads(0), await heads(1)];
    expect(always.map((head) => head.maximumProbability)).toEqual(
      never.map((head) => head.maximumProbability),
    );
  });

  it("fetches no low bits at threshold 0, and some in between, where the probabilities are flat", async () => {
    const refetched = async (threshold: number) =>
      (await run(progressive(threshold))).layers.flatMap((layer) =>
        layer.headDecisions.flatMap((head) => head.refetchedQueries),
      ).length;
    expect(await refetched(0)).toBe(0);
    const some = await refetched(0.3);
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(await refetched(1));
  });
});
