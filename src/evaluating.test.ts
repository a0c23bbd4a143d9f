import { beforeAll, describe, expect, it } from "vitest";
import { genesis, loadBundledDecoder, textFile } from "../test/support/bundled-decoder.ts";
import { neverRest } from "./base/checkpoint.ts";
import type { EvaluateRequest } from "./evaluating.ts";
import { createSpatten } from "./index.ts";
import { openKernels } from "./inference/decoder.ts";
import { referenceEngine } from "./inference/engines/engine.ts";
import { type PruningPlan, parsePlan } from "./pruning/plan.ts";
import type { Dataset } from "./quality/datasets/dataset.ts";
import type { Evaluation } from "./quality/evaluation/evaluate.ts";
import type { FinishedRow } from "./quality/evaluation/outcome.ts";
import { denseWindowNats } from "./quality/perplexity/window-nats.ts";

const spatten = createSpatten();
const model = "gpt2-kjv-shakespeare";
let dataset: Dataset;
beforeAll(async () => {
  dataset = await spatten.openDataset(textFile(genesis));
});

const half = (cache: "select" | "evict", keepRatio = 0.5): PruningPlan =>
  parsePlan({
    ...{ name: `${cache}-${keepRatio}`, source: "test" },
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [keepRatio] },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten", cache },
      protect: { firstCount: 0, lastCount: 1 },
    },
  });
const evaluate = (more: Partial<EvaluateRequest>) =>
  spatten.evaluate({
    model,
    dataset,
    plan: "none",
    windowTokenCount: 16,
    limit: 2,
    resampleCount: 20,
    ...more,
  });
const figure = ({ metrics }: Evaluation, id: string) => metrics.find((metric) => metric.id === id)!;
/** What does not depend on how fast this computer was. */
const untimed = ({ savings, ...rest }: Evaluation) => ({
  ...rest,
  savings: { ...savings, measuredMilliseconds: undefined },
});
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("an evaluation of a decoder", () => {
  it("gives the nats of one dense pass where nothing is pruned, and says how windows were made", async () => {
    const evaluation = await evaluate({});
    const decoder = await loadBundledDecoder();
    const kernels = await openKernels(referenceEngine, decoder.model);
    const ids = decoder.tokenizer.encodePlain(genesis);
    const windows = [0, 16].map((first) => [1999, ...ids.slice(first, first + 16)]);
    const nats: Float64Array[] = [];
    for (const window of windows) {
      nats.push(await denseWindowNats({ model: decoder.model, kernels }, window, { checkpoint: neverRest }));
    }
    const { dense, pruned, difference } = figure(evaluation, "nats");
    expect(dense.value).toBeCloseTo(mean(nats.flatMap((ofWindow) => [...ofWindow.slice(8)])), 5);
    expect(pruned).toEqual(dense);
    expect(difference).toEqual({ value: 0, low: 0, high: 0 });
    expect(figure(evaluation, "perplexity").dense.value).toBeCloseTo(Math.exp(dense.value), 9);
    expect(evaluation).toMatchObject({ task: "perplexity", agreementWithDenseRatio: 1 });
    expect(evaluation.protocol).toMatchObject({
      ...{ kind: "windows", windowTokenCount: 16, promptTokenCount: 9, scoredTokenCount: 8, beginId: 1999 },
      // Two windows are too few to draw from.
      drawn: { of: "blocks", count: 2, tokenCount: 8 },
      wholeWindows: { tokenCount: 32, nats: expect.closeTo(mean(nats.flatMap((of) => [...of])), 5) },
    });
    expect(evaluation.savings.cache!.fetchedRows.savedRatio).toBe(1);
  });

  it("differs by nothing under a plan that keeps all, and pays with nats for one that does not", async () => {
    const keeping = await evaluate({ plan: half("select", 1), limit: 1 });
    expect(figure(keeping, "nats").difference).toEqual({ value: 0, low: 0, high: 0 });
    expect(keeping.agreementWithDenseRatio).toBe(1);
    expect(keeping.savings.dramBytes.savedRatio).toBe(1);
    for (const cache of ["select", "evict"] as const) {
      const { savings, ...evaluation } = await evaluate({ plan: half(cache), limit: 1 });
      expect(figure({ ...evaluation, savings }, "nats").difference.value).not.toBe(0);
      expect(savings.dramBytes.savedRatio).toBeGreaterThan(1.5);
      expect(savings.cache!.fetchedRows.savedRatio).toBeGreaterThan(1.5);
      expect(savings.meanTokenKeepRatio).toBeCloseTo(
        savings.cache!.fetchedRows.pruned / savings.cache!.fetchedRows.dense,
        12,
      );
      expect(savings.cache!.heldRows.savedRatio > 1.5).toBe(cache === "evict");
    }
  });

  it("is the same in one go, side by side, and from finished rows", async () => {
    const rows: FinishedRow[] = [];
    const plan = half("evict");
    const whole = await evaluate({ plan, onRow: (row) => void rows.push(row) });
    const sideBySide = await evaluate({ plan, batchSize: 2 });
    expect(untimed(sideBySide)).toEqual(untimed(whole));
    const resume = async () => new Map(rows.slice(0, 1).map((row) => [row.key, row]));
    expect(untimed(await evaluate({ plan, resume }))).toEqual(untimed(whole));
    // A row on disk is a line of JSON.
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });

  it("refuses what does not fit, and says what would", async () => {
    const refused = (more: Partial<EvaluateRequest>) => expect(evaluate(more)).rejects;
    const encoder = { model: "bert-clinc150", windowTokenCount: undefined as never };
    await refused({ task: "classification" }).toThrow(/does not fit.*judged by perplexity or needle/);
    await refused({ ...encoder }).toThrow(/does not fit.*plain texts judge decoders/);
    await refused({ model: "bert-clinc150", windowTokenCount: 8 }).toThrow("windowTokenCount for an encoder");
    await refused({ ...encoder, task: "perplexity" }).toThrow("does not fit");
    await refused({ task: "needle" }).toThrow("--task perplexity judges any decoder");
    await refused({ windowTokenCount: 512 }).toThrow("no text fills a window");
    await refused({ windowTokenCount: 2000 }).toThrow("its positions");
    await refused({ maximumTokenCount: 9 }).toThrow("--window");
    await refused({ plan: "clinc150-safe", arithmetic: "spatten" }).toThrow("float32 alone");
    const tokens = { ...half("select").tokens!, method: "h20" };
    await refused({ plan: { ...half("select"), tokens } }).toThrow('did you mean "h2o"');
    const labels = await spatten.openDataset(textFile("text,label\na,b", "test.csv"));
    await refused({ dataset: labels }).toThrow("a decoder is judged on texts");
  });

  it("takes the paragraphs of questions as one text", async () => {
    const [first, second] = [genesis.slice(0, 200), genesis.slice(201)];
    const paragraphs = [first, second].map((context) => ({
      context,
      qas: [{ question: "q", answers: [{ text: "a" }] }],
    }));
    const squad = await spatten.openDataset(textFile(JSON.stringify({ data: [{ paragraphs }] }), "x.json"));
    const joined = await spatten.openDataset(textFile(`${first}\n\n${second}`));
    const ofParagraphs = await evaluate({ dataset: squad, limit: 1 });
    expect(ofParagraphs.metrics).toEqual((await evaluate({ dataset: joined, limit: 1 })).metrics);
  });
});

describe("a search for a decoder's plan", () => {
  it("stays within a floor of log-likelihood, on windows that a text of one split was cut into", async () => {
    const tuning = await spatten.tune({
      ...{ model, dataset, windowTokenCount: 8, floorPoints: 30, margin: 0, trialBudget: 4 },
      ...{ method: "h2o", cache: "evict" },
    });
    expect(tuning).toMatchObject({
      metric: { id: "log-likelihood" },
      dataset: { cutFrom: "test", split: "validation" },
    });
    const { chosen } = tuning;
    expect(chosen.quality.difference.value).toBeGreaterThanOrEqual(-0.3);
    expect(chosen.savings.dramBytes.savedRatio).toBeGreaterThanOrEqual(1);
    const cachePlans = tuning.front.flatMap(({ parts }) =>
      parts.tokens === undefined ? [] : [parts.tokens],
    );
    for (const tokens of cachePlans) {
      expect(tokens).toMatchObject({ method: "h2o", cache: "evict", protect: { lastCount: 1 } });
    }
    const loss = { model, dataset, windowTokenCount: 8, limit: 2, floorPoints: 1, trialBudget: 1 };
    await expect(spatten.tune({ ...loss, metric: "nats" })).rejects.toThrow("expected one of log-likelihood");
  });
});
