import { beforeAll, describe, expect, it } from "vitest";
import { prunedParts } from "../../../../test/support/plan-parts.ts";
import { tinyBert, tinyIds, tinyShapeAt } from "../../../../test/support/tiny-bert.ts";
import { finish, neverRest } from "../../../base/checkpoint.ts";
import { referenceEngine } from "../../../inference/engines/engine.ts";
import { recordWorkload } from "../../../inference/recorder.ts";
import { recordedTensors } from "../../../inference/recorder-tensors.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import type { AttentionJob, AttentionWorkload } from "../../../workload/attention-workload.ts";
import { readSidecar, type Sidecar } from "../../../workload/tensor-sidecar.ts";
import { spattenPresets } from "../presets.ts";
import { type ComputedWorkload, computeWorkload, functionReport } from "./compute-workload.ts";

const { parameters } = spattenPresets[0]!;
const ids = tinyIds;
const shape = tinyShapeAt(ids.length);
const pruning = prunedParts;
const progressive = {
  kind: "progressive",
  queryBits: 12,
  mostSignificantBits: 4,
  leastSignificantBits: 4,
  valueBits: 8,
  maximumProbabilityThreshold: 0.3,
};
const planOf = (more: object): PruningPlan =>
  parsePlan({ name: "tiny plan", source: "test", ...pruning, ...more });

interface Recorded {
  readonly workload: AttentionWorkload;
  readonly tensors: Sidecar;
}

async function record(plan: PruningPlan, seed: number, captureTensors = true): Promise<Recorded> {
  const { layers } = await referenceEngine.runEncoder(tinyBert(seed), {
    ...{ input: { kind: "tokens", ids }, plan, captureTensors },
    methods: pruningMethods,
    checkpoint: neverRest,
  });
  const workload = recordWorkload(shape, plan, layers);
  return { workload, tensors: readSidecar(recordedTensors(workload, layers, plan), "tiny.safetensors") };
}

const compute = ({ workload, tensors }: Recorded): ComputedWorkload =>
  finish(computeWorkload(workload, tensors, { parameters }));

function withJobs(recorded: Recorded, change: (job: AttentionJob) => AttentionJob): Recorded {
  const jobs = recorded.workload.jobs.map((job) => change(job as AttentionJob));
  return { ...recorded, workload: { ...recorded.workload, jobs } };
}

describe("a workload with tensors, computed", () => {
  const static8 = { kind: "static", queryBits: 8, keyBits: 8, valueBits: 8 };
  it.each([
    ["unquantized", {}],
    ["8 bits", { quantization: static8 }],
    ["4 bits", { quantization: { ...static8, keyBits: 4, queryBits: 4, valueBits: 4 } }],
    ["progressive", { quantization: progressive }],
  ])("decides as the record does, or says why not, within its bound: %s", async (_, more) => {
    for (let seed = 0; seed < 20; seed++) {
      const computed = compute(await record(planOf(more), seed));
      expect(computed.errorOverBoundRatio).toBeLessThanOrEqual(1);
      expect(computed.maximumAbsoluteError).toBeGreaterThan(0);
      expect(computed.recordErrorOverBoundRatio).toBeLessThanOrEqual(1);
      for (const [kind, counts] of Object.entries(computed.decisions)) {
        expect(counts.unexplainedCount, `${kind}, seed ${seed}`).toBe(0);
      }
      const { token, head, value, lowBits } = computed.decisions;
      const countOf = (counts: typeof token) => counts.equalCount + counts.tieCount + counts.roundingCount;
      expect([token, head].map(countOf)).toEqual([2, 1]);
      expect(countOf(value)).toBe(3 * 10 + 3 * 8 + 2 * 5);
      expect(countOf(lowBits)).toBe("quantization" in more && more.quantization === progressive ? 64 : 0);
    }
  });

  it("gives the ids that the record works on next, and low bits for the recorded queries", async () => {
    const recorded = await record(planOf({ quantization: progressive }), 3);
    const { layers, heads, differences } = compute(recorded);
    const jobs = recorded.workload.jobs as AttentionJob[];
    const jobsOf = (layer: number) => jobs.filter((job) => job.layer === layer);
    expect(differences.filter(({ decision }) => decision !== "value")).toEqual([]);
    expect(layers.map((layer) => layer.keptTokenIds)).toEqual([
      jobsOf(1)[0]!.keyIds,
      jobsOf(2)[0]!.keyIds,
      undefined,
    ]);
    expect(layers[1]!.keptHeads).toEqual(jobsOf(2).map((job) => job.head));
    expect(heads.map((head) => head.lowBitQueries)).toEqual(jobs.map((job) => job.refetchedQueries));
    expect(heads.flatMap((head) => head.lowBitQueries).length).toBeGreaterThan(0);
    for (const { keptValueIds } of heads) expect(keptValueIds.every((kept) => kept.length >= 3)).toBe(true);
  });

  it("computes each sentence of several anew", async () => {
    const recorded = await record(planOf({}), 4);
    const { workload, tensors } = recorded;
    const again = withJobs(recorded, (job) => ({ ...job, iteration: 1 })).workload.jobs;
    const twice = {
      header: { ...workload.header, iterationCount: 2, jobCount: 2 * workload.jobs.length },
      jobs: [...workload.jobs, ...again],
    };
    const first: Sidecar = {
      ...tensors,
      headTensor: (job, dimension, what) => tensors.headTensor({ ...job, iteration: 0 }, dimension, what),
      layerTensor: (place, what) => tensors.layerTensor({ ...place, iteration: 0 }, what),
    };
    const [once, both] = [compute(recorded), compute({ workload: twice, tensors: first })];
    const second = both.layers.slice(once.layers.length);
    expect(second).toEqual(once.layers.map((layer) => ({ ...layer, iteration: 1 })));
    expect(both.decisions.token.equalCount).toBe(2 * once.decisions.token.equalCount);
    expect(both.recordErrorOverBoundRatio).toBe(once.recordErrorOverBoundRatio);
    expect(both.relativeRmsError).toBeCloseTo(once.relativeRmsError, 12);
  });

  it("reports without outputs, as plain JSON", async () => {
    const computed = compute(await record(planOf({}), 5));
    const report = functionReport(computed);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(computed.heads[0]!.outputCodes).toHaveLength(10 * 4);
    expect(Object.keys(report.heads[0]!)).not.toContain("outputCodes");
    expect(report.assumptions.join()).toContain("protected tokens");
  });
});

describe("a record that was not decided so", () => {
  let recorded: Recorded;
  beforeAll(async () => {
    recorded = await record(planOf({ quantization: progressive }), 3);
  });

  it("shows as one unexplained difference of the token top-k, and the rest goes on as recorded", () => {
    const jobs = recorded.workload.jobs as AttentionJob[];
    const scores = recorded.tensors.layerTensor({ iteration: 0, layer: 0 }, "tokenImportance");
    const kept = jobs.find((job) => job.layer === 1)!.keyIds!;
    const best = kept.slice(1).reduce((top, id) => (scores[id]! > scores[top]! ? id : top));
    const dropped = ids.findIndex((_, id) => !kept.includes(id));
    const swap = (id: number) => (id === best ? dropped : id);
    const tampered = withJobs(recorded, (job) =>
      job.layer === 0 ? job : { ...job, keyIds: job.keyIds!.map(swap).sort((left, right) => left - right) },
    );
    const { decisions, differences } = compute(tampered);
    expect(decisions.token.unexplainedCount).toBeGreaterThan(0);
    const [difference] = differences.filter(({ decision }) => decision === "token");
    expect(difference).toMatchObject({ layer: 0, machineOnlyIds: [best], recordOnlyIds: [dropped] });
    expect(difference!.recordedMargin).toBeLessThan(0);
  });

  it("shows as an unexplained fetch of low bits, and the output is computed as recorded", () => {
    const [first] = recorded.workload.jobs as AttentionJob[];
    const other = Array.from({ length: 10 }, (_, query) => query).filter(
      (query) => !first!.refetchedQueries.includes(query),
    );
    const tampered = withJobs(recorded, (job) =>
      job.layer + job.head === 0 ? { ...job, refetchedQueries: other } : job,
    );
    const { decisions, differences, errorOverBoundRatio } = compute(tampered);
    expect(decisions.lowBits.unexplainedCount).toBe(10);
    expect(differences[0]).toMatchObject({ decision: "lowBits", layer: 0, head: 0, query: 0 });
    expect(errorOverBoundRatio).toBeLessThanOrEqual(1);
  });
});

describe("what cannot be computed", () => {
  const plan = planOf({ quantization: progressive });

  it("is named: a tensor that was not recorded, and how to record it", async () => {
    const recorded = await record(plan, 1, false);
    expect(() => compute(recorded)).toThrow(
      'tiny.safetensors: tensor "iteration.0.layer.0.head.0.query" is missing (record the workload again: spatten run --workload FILE --tensors)',
    );
  });

  it("is named: low bits without a threshold, tokens ranked otherwise, widths of no converter", async () => {
    const { workload, tensors } = await record(plan, 1);
    const unnamed: Sidecar = { ...tensors, metadata: () => undefined };
    expect(() => compute({ workload, tensors: unnamed })).toThrow(
      "iteration 0, layer 0, head 0: nothing says below which probability low bits are fetched",
    );
    const layerTopK = { ...pruning.tokens, method: "layer-top-k" };
    const other = await record(planOf({ tokens: layerTopK }), 1);
    expect(() => compute(other)).toThrow("tokens.method: the machine ranks tokens by other scores");
    const wide = await record(planOf({ quantization: { ...progressive, queryBits: 16 } }), 1);
    expect(() => compute(wide)).toThrow("no such element width in DRAM; got 16 bits");
    const broken: Sidecar = { ...tensors, metadata: () => "{" };
    expect(() => compute({ workload, tensors: broken })).toThrow(
      expect.objectContaining({ code: "workload" }),
    );
  });

  it("is named: a generation, heads that do not share tokens, tokens and heads that come back", async () => {
    const recorded = await record(plan, 1);
    const { workload, tensors } = recorded;
    const generation = withJobs(recorded, (job) => ({ ...job, queryCount: 1, refetchedQueries: [] }));
    const header = { ...workload.header, phase: "generation" as const };
    expect(() => compute({ tensors, workload: { ...generation.workload, header } })).toThrow(
      "only a summarization is computed",
    );
    const unshared = withJobs(recorded, (job) =>
      job.layer === 1 && job.head === 1 ? { ...job, keyIds: [0, 1, 2, 3, 4, 5, 6, 7] } : job,
    );
    const shared = unshared.workload.jobs.find(({ layer }) => layer === 1) as AttentionJob;
    expect(shared.keyIds).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(() => compute(unshared)).toThrow(
      "layer 1, head 1 at keyIds: the heads of a layer work on different",
    );
    const missing = ids.findIndex((_, id) => !shared.keyIds!.includes(id));
    const back = withJobs(recorded, (job) =>
      job.layer === 2 ? { ...job, keyIds: [...job.keyIds!.slice(1), missing].sort((a, b) => a - b) } : job,
    );
    expect(() => compute(back)).toThrow(`a token that had been pruned is back; got token ${missing}`);
  });
});
