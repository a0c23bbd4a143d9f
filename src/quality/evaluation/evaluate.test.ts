import { describe, expect, it } from "vitest";
import { neverRest } from "../../base/checkpoint.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import { parseCsv } from "../datasets/csv.ts";
import type { Dataset, Split } from "../datasets/dataset.ts";
import { parseJsonLines } from "../datasets/json-lines.ts";
import { usualBootstrap } from "../metrics/bootstrap.ts";
import { type EvaluateOptions, evaluate } from "./evaluate.ts";
import type { Answer, EvaluationInput, FinishedRow, Outcome } from "./outcome.ts";

const plan: PruningPlan = parsePlan({ name: "half", source: "test" });

function datasetOf(splits: Partial<Record<"test" | "train", Split>>): Dataset {
  return {
    name: "data",
    format: "test",
    splitNames: Object.keys(splits) as ("test" | "train")[],
    readSplit: async (name) => splits[name as "test"]!,
  };
}

const csv = (...rows: string[]): Split => ({
  ...parseCsv(["text,label", ...rows].join("\n"), "f"),
  documents: [],
});
const encoderOf = (task: string, labels: string[] = []) =>
  ({ name: "model", task, layout: { labels, shape: {} }, model: {} }) as unknown as LoadedEncoder;

const cost = { tokenCount: 4, headKeepRatio: 1, attentionOperations: 10, linearOperations: 10, cycles: 10 };
const outcome = (answer: Answer, isPruned: boolean): Outcome => ({
  ...{ ...cost, answer, energyPicojoules: 10, measuredMilliseconds: 1 },
  tokenKeepRatio: isPruned ? 0.5 : 1,
  dramBytes: isPruned ? 50 : 200,
  operandDramBytes: { query: 60, key: 60, value: 60 },
});

/** A model that says for each text what a table has, dense and pruned. */
function runRowsOf(answers: Readonly<Record<string, readonly [Answer, Answer]>>, ran: string[] = []) {
  return async (inputs: readonly EvaluationInput[]): Promise<FinishedRow[]> =>
    inputs.map((input) => {
      if (input.kind !== "text") throw new Error("no text");
      ran.push(input.key);
      const [dense, pruned] = answers[input.text]!;
      return { key: input.key, dense: outcome(dense, false), pruned: outcome(pruned, true) };
    });
}

const said = (label: string): Answer => ({ kind: "class", label });
const vector = (...values: number[]): Answer => ({ kind: "vector", vector: values });
const both = (answer: Answer) => [answer, answer] as const;

const evaluateWith = (
  options: Partial<EvaluateOptions> & Pick<EvaluateOptions, "model" | "dataset" | "runRows">,
) =>
  evaluate({
    plan,
    concurrency: 2,
    bootstrap: { ...usualBootstrap, resampleCount: 50 },
    checkpoint: neverRest,
    ...options,
  });
const figureOf = (evaluation: Awaited<ReturnType<typeof evaluate>>, id: string) =>
  evaluation.metrics.find((metric) => metric.id === id)!;

const classifier = {
  model: encoderOf("classification", ["no", "yes"]),
  dataset: datasetOf({ test: csv("a,yes", "b,0", "c,1") }),
};
const classAnswers = { a: both(said("yes")), b: [said("no"), said("yes")] as const, c: both(said("no")) };

describe("evaluation", () => {
  it("judges classes by name or number, beside what was saved", async () => {
    const evaluation = await evaluateWith({ ...classifier, runRows: runRowsOf(classAnswers) });
    expect(evaluation.task).toBe("classification");
    const accuracy = figureOf(evaluation, "accuracy");
    expect(accuracy.rightCount).toEqual({ dense: 2, pruned: 1 });
    expect(accuracy.difference.value).toBeCloseTo(-1 / 3, 12);
    expect(evaluation.agreementWithDenseRatio).toBeCloseTo(2 / 3, 12);
    expect(evaluation.savings.dramBytes).toEqual({ dense: 600, pruned: 150, savedRatio: 4 });
    expect(evaluation.savings.meanTokenKeepRatio).toBe(0.5);
  });

  it("goes on from finished rows, sees each new one, and gives the same as in one go", async () => {
    const ran: string[] = [];
    const rows: FinishedRow[] = [];
    const runRows = runRowsOf(classAnswers, ran);
    const whole = await evaluateWith({ ...classifier, runRows, onRow: (row) => void rows.push(row) });
    const hashes: string[] = [];
    const resume = async (hash: string) => {
      hashes.push(hash);
      return new Map(rows.slice(0, 2).map((row) => [row.key, row]));
    };
    ran.length = 0;
    expect(await evaluateWith({ ...classifier, runRows, resume })).toEqual(whole);
    expect(ran).toEqual(["test/2"]);
    await evaluateWith({
      ...classifier,
      runRows,
      resume,
      dataset: datasetOf({ test: csv("a,yes", "b,0", "c,0") }),
    });
    expect(hashes[1]).not.toBe(hashes[0]);
  });

  it("gives the same in batches, the last one smaller, and goes on from finished rows in them", async () => {
    const runRows = runRowsOf(classAnswers);
    const sizes: number[] = [];
    const counted = (inputs: readonly EvaluationInput[]) => {
      sizes.push(inputs.length);
      return runRows(inputs);
    };
    const batches = { runRows: counted, batchSize: 2 };
    const whole = await evaluateWith({ ...classifier, runRows });
    expect(await evaluateWith({ ...classifier, ...batches })).toEqual(whole);
    const [first] = await counted([{ kind: "text", key: "test/0", where: "f", text: "a" }]);
    const resume = async () => new Map([["test/0", first!]]);
    expect(await evaluateWith({ ...classifier, ...batches, resume })).toEqual(whole);
    expect(sizes).toEqual([2, 1, 1, 2]);
  });

  it("refuses an unknown class before anything runs", async () => {
    const ran: string[] = [];
    const dataset = datasetOf({ test: csv("a,yes", "b,yess") });
    await expect(
      evaluateWith({ ...classifier, dataset, runRows: runRowsOf(classAnswers, ran) }),
    ).rejects.toThrow(/f: line 3 at label: the model has no such class.*did you mean "yes"/);
    expect(ran).toEqual([]);
  });

  it("names classes by neighbours among train texts that went through the same plan", async () => {
    const dataset = datasetOf({ train: csv("up,x", "right,y"), test: csv("a,x", "b,y") });
    const runRows = runRowsOf({
      ...{ up: both(vector(0, 1)), right: both(vector(1, 0)), a: both(vector(0, 1)) },
      b: [vector(0.8, 0.6), vector(0.6, 0.8)] as const,
    });
    for (const task of ["nearest-centroid", "nearest-neighbours"]) {
      // Ten neighbours of two texts are both: the larger cosine decides.
      const evaluation = await evaluateWith({ model: encoderOf("embedding"), dataset, runRows, task });
      expect(figureOf(evaluation, "accuracy").rightCount).toEqual({ dense: 2, pruned: 1 });
    }
  });

  it("looks for the paragraph of a question among all", async () => {
    const line = (text: string, context: string) => JSON.stringify({ text, context, answers: ["x"] });
    const dataset = datasetOf({ test: parseJsonLines(`${line("q", "up")}\n${line("p", "right")}`, "f") });
    const runRows = runRowsOf({
      ...{ up: both(vector(0, 1)), right: both(vector(1, 0)), p: both(vector(1, 0)) },
      q: [vector(0.6, 0.8), vector(0.8, 0.6)] as const,
    });
    const evaluation = await evaluateWith({ model: encoderOf("embedding"), dataset, runRows });
    expect(figureOf(evaluation, "mrr-10")).toMatchObject({ dense: { value: 1 }, pruned: { value: 0.75 } });
    expect(figureOf(evaluation, "recall-1").rightCount).toEqual({ dense: 2, pruned: 1 });
    expect(evaluation.savings.inputCount).toBe(4);
  });

  it("judges numbers and spans by their own figures", async () => {
    const number = (value: number): Answer => ({ kind: "value", value });
    const scores = await evaluateWith({
      model: encoderOf("regression"),
      dataset: datasetOf({ test: csv("a,1", "b,2", "c,4") }),
      runRows: runRowsOf({ a: both(number(2)), b: [number(4), number(9)] as const, c: both(number(8)) }),
    });
    expect(figureOf(scores, "pearson").dense.value).toBeCloseTo(1, 12);
    expect(figureOf(scores, "spearman").pruned.value).toBeCloseTo(0.5, 12);
    expect(scores.agreementWithDenseRatio).toBe(null);
    const answer = (text: string): Answer => ({ kind: "span", text });
    const spans = await evaluateWith({
      model: encoderOf("question-answering"),
      dataset: datasetOf({ test: parseJsonLines('{"text":"q","context":"c","answers":["the cat"]}', "f") }),
      runRows: runRowsOf({ q: [answer("Cat."), answer("cat nap")] as const }),
    });
    expect(figureOf(spans, "exact-match").rightCount).toEqual({ dense: 1, pruned: 0 });
    expect(figureOf(spans, "answer-f1").pruned.value).toBeCloseTo(2 / 3, 12);
  });

  it("refuses what does not fit: a task, a split, neighbours without train texts", async () => {
    const runRows = runRowsOf(classAnswers);
    const refused = (options: Partial<EvaluateOptions>) =>
      expect(evaluateWith({ ...classifier, runRows, ...options })).rejects;
    await refused({ task: "retrieval" }).toThrow("does not fit the model");
    await refused({ split: "train" }).toThrow("no such split");
    await refused({ model: encoderOf("embedding"), task: "nearest-centroid" }).toThrow("need a train split");
    await refused({ model: encoderOf("masked-language-model") }).toThrow("does not fit the model");
  });
});
