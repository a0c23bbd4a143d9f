import { describe, expect, it } from "vitest";
import { neverRest } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { lookUp } from "../../base/registry.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import { parseCsv } from "../datasets/csv.ts";
import type { Dataset } from "../datasets/dataset.ts";
import type { RunInputs, RunSetting } from "../evaluation/input-runner.ts";
import type { EvaluationInput, Outcome } from "../evaluation/outcome.ts";
import type { RunOutcomes } from "../evaluation/outcome-runner.ts";
import { usualBootstrap } from "../metrics/bootstrap.ts";
import { objectives } from "./objectives.ts";
import type { Trial } from "./trial.ts";
import { type TuneOptions, tune } from "./tune.ts";

const shape = { layerCount: 3, headCount: 2, headDimension: 4 };
const model = {
  ...{ name: "model", task: "classification", layout: { labels: ["no", "yes"], shape } },
  model: { head: { kind: "first-token" } },
} as unknown as LoadedEncoder;
const csv = ["text,label", ...Array.from({ length: 200 }, (_, row) => `${row},yes`)].join("\n");
const dataset: Dataset = {
  ...{ name: "folder/data", format: "test", splitNames: ["validation"] },
  readSplit: async () => ({ ...parseCsv(csv, "f"), documents: [] }),
};

/** What a plan leaves of every cost: the less of it, the more rows go wrong, beginning with the first. */
function keptBy({ tokens, fixedHeads, quantization }: PruningPlan) {
  const ratios = tokens?.schedule.kind === "per-layer" ? tokens.schedule.keepRatio : [1];
  const heads = fixedHeads?.map((ids) => ids.length / shape.headCount) ?? [1];
  const bits = quantization?.kind === "static" ? quantization.keyBits / 12 : 1;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { tokens: meanOf(ratios), heads: meanOf(heads), bits };
}

interface Costs {
  /** Part of the rows that are lost for a whole technique. */
  readonly tokens: number;
  readonly heads: number;
  readonly bits: number;
}

function outcomeOf(input: EvaluationInput, { plan }: RunSetting, lost: Costs): Outcome {
  const kept = keptBy(plan);
  const wrong = lost.tokens * (1 - kept.tokens) + lost.heads * (1 - kept.heads) + lost.bits * (1 - kept.bits);
  const row = input.kind === "text" ? Number(input.text) : 0;
  const cost = 1000 * kept.tokens * kept.heads * kept.bits;
  return {
    answer: { kind: "class", label: row < wrong * 200 ? "no" : "yes" },
    ...{ tokenCount: 8, tokenKeepRatio: kept.tokens, headKeepRatio: kept.heads },
    ...{ attentionOperations: cost, linearOperations: cost, dramBytes: cost, cycles: cost },
    operandDramBytes: { query: cost / 4, key: cost / 4, value: cost / 4 },
    ...{ energyPicojoules: cost, measuredMilliseconds: 1 },
  };
}

const runInputs: RunInputs = async (inputs) =>
  inputs.map(() => ({
    prediction: undefined,
    layers: Array.from({ length: 3 }, (_, layer) => ({ layer, headImportance: [1, layer] })),
    workload: {},
  })) as unknown as Awaited<ReturnType<RunInputs>>;

/** A search on a model that loses rows as told; what ran is counted by plan and row. */
function tuneWith(lost: Costs, more: Partial<TuneOptions> = {}) {
  const ran: string[] = [];
  const runOutcomes: RunOutcomes = async (inputs, setting) => {
    const { plan } = setting;
    if (plan.values !== undefined || plan.quantization?.kind === "progressive") {
      throw new SpattenError("missing-engine", "no such step");
    }
    for (const { key } of inputs) ran.push(`${plan.name} ${key}`);
    return inputs.map((input) => outcomeOf(input, setting, lost));
  };
  const tuning = tune({
    ...{
      model,
      policies: [],
      dataset,
      runInputs,
      runOutcomes,
      engine: "none",
      split: "validation",
      method: "spatten",
    },
    ...{ floorPoints: 2, margin: 0, trialBudget: 40, seed: 1, headChoice: "fixed", checkpoint: neverRest },
    ...{ batchSize: 7, concurrency: 2, objective: lookUp(objectives, "dram", "objective") },
    bootstrap: { ...usualBootstrap, resampleCount: 40 },
    ...more,
  });
  return { tuning, ran };
}

describe("tuning", () => {
  it("finds a cheap plan within the floor, says how, and runs each dense row once", async () => {
    const { tuning, ran } = tuneWith({ tokens: 0.02, heads: 0.5, bits: 0.3 }, { trialBudget: 120 });
    const { chosen, finding, search, front, others } = await tuning;
    expect(finding).toBe("pruned");
    expect(chosen.quality.difference.value * 100).toBeGreaterThanOrEqual(-2 - 1e-9);
    expect(chosen.savings.dramBytes.savedRatio).toBeGreaterThan(1.8);
    expect(chosen.plan.source).toMatch(
      /of \d+ plans tried, .*at most 2 points of accuracy on 200 rows .* of data \(/,
    );
    expect(chosen.plan.tokens?.protect.firstCount).toBe(1);
    expect(parsePlan(JSON.parse(JSON.stringify(chosen.plan)))).toEqual(chosen.plan);
    expect(front.length + others.length).toBe(search.triedCount);
    expect(search.rowCounts).toEqual([67, 200]);
    const dense = ran.filter((line) => line.startsWith("none "));
    expect(new Set(dense).size).toBe(dense.length);
    expect(search.leftOut.map(({ technique }) => technique)).toEqual([
      "local value pruning",
      "progressive quantization of K",
    ]);
  });

  it("is free where every trial is known, and gives the same", async () => {
    const trials = new Map<string, Trial>();
    const lost = { tokens: 0.1, heads: 0.1, bits: 0.1 };
    const onTrial = (trial: Trial) => void trials.set(trial.key, JSON.parse(JSON.stringify(trial)) as Trial);
    const first = await tuneWith(lost, { onTrial }).tuning;
    const again = tuneWith(lost, { resume: async () => trials });
    expect(await again.tuning).toEqual(first);
    // What the engine has is asked again, by one input for each technique that it has.
    expect(again.ran).toHaveLength(3);
  });

  it.each([
    ["bits", { tokens: 9, heads: 9, bits: 0 }],
    ["dense", { tokens: 9, heads: 9, bits: 9 }],
  ] as const)("says %s where no more can be had", async (finding, lost) => {
    const tuning = await tuneWith(lost).tuning;
    expect(tuning.finding).toBe(finding);
    expect(tuning.chosen.plan.tokens ?? tuning.chosen.plan.fixedHeads).toBe(undefined);
    if (finding === "dense") expect(tuning.chosen.savings.dramBytes.savedRatio).toBe(1);
  });

  it("takes a plan that holds on fresh rows as well, where a limit leaves some", async () => {
    const lost = { tokens: 0.05, heads: 0.2, bits: 0.1 };
    const {
      chosen,
      confirmation,
      dataset: judged,
    } = await tuneWith(lost, { limit: 60, trialBudget: 60 }).tuning;
    expect([judged.rowCount, confirmation?.rowCount]).toEqual([60, 140]);
    expect(confirmation!.quality.difference.value * 100).toBeGreaterThanOrEqual(-2 - 1e-9);
    expect(chosen.plan.source).toContain("and again on 140 further rows");
  });

  it("asks for more where a margin is kept", async () => {
    const lost = { tokens: 0.1, heads: 0.2, bits: 0.1 };
    const savedBy = async (margin: number) =>
      (await tuneWith(lost, { margin, trialBudget: 80 }).tuning).chosen.savings.dramBytes.savedRatio;
    expect(await savedBy(2)).toBeLessThan(await savedBy(0));
  });

  it("refuses a metric that the task lacks, with the nearest name, and a floor that is no loss", async () => {
    const lost = { tokens: 0, heads: 0, bits: 0 };
    await expect(tuneWith(lost, { metric: "acuracy" }).tuning).rejects.toThrow(
      /no metric "acuracy".*accuracy/,
    );
    await expect(tuneWith(lost, { floorPoints: -1 }).tuning).rejects.toMatchObject({ code: "usage" });
  });
});
