import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";
import type { Example } from "../datasets/dataset.ts";
import { pearsonCorrelation, spearmanCorrelation } from "../metrics/correlation.ts";
import { answerF1, exactMatch, normalizedAnswer } from "../metrics/squad-answer.ts";
import { classMetrics, countedMetric, meanMetric } from "./class-metrics.ts";
import { classOf } from "./class-names.ts";
import { rowInputs } from "./inputs.ts";
import type { Answer } from "./outcome.ts";
import { encoderIn, type QualityTask, type TaskData, type TaskMetric } from "./task.ts";

/** The label of a row, which questions do not have. */
export function labelOf(example: Example): { label: string; where: string } {
  if ("label" in example) return example;
  throw new SpattenError("usage", "this task needs rows with labels", { where: example.where });
}

/** The answers to the rows, each of the kind that the task expects. */
export function rowAnswers<Kind extends Answer["kind"]>(
  { split, splitName }: TaskData,
  answerOf: (key: string) => Answer,
  kind: Kind,
): Extract<Answer, { kind: Kind }>[] {
  return split.rows.map((_, row) => requireKind(answerOf(`${splitName}/${row}`), kind));
}

/** @throws SpattenError `usage` where the model gave something else. */
export function requireKind<Kind extends Answer["kind"]>(answer: Answer, kind: Kind) {
  if (answer.kind === kind) return answer as Extract<Answer, { kind: Kind }>;
  throw new SpattenError("usage", "the task does not fit the model", {
    got: `a model that gives a ${answer.kind}`,
    expected: `a ${kind}`,
  });
}

/** A classifier's classes against the right ones. */
export const classificationTask: QualityTask = {
  id: "classification",
  title: "classes by the model's head",
  fits: (modelTask, rowKind) => modelTask === "classification" && (rowKind === "label" || rowKind === "clip"),
  needsSupport: false,
  inputs: (data) => {
    expectedClasses(data);
    return rowInputs(data);
  },
  score: (data, answerOf) => {
    const labels = encoderIn(data).layout.labels;
    const expected = expectedClasses(data);
    const decisions = rowAnswers(data, answerOf, "class").map(({ label }) => label);
    return {
      decisions,
      metrics: classMetrics(decisions, expected, labels.length === 2 ? labels[1] : undefined),
    };
  },
};

/** Also asked for before anything runs, so that a label that the model does not know is told at once. */
function expectedClasses(data: TaskData): string[] {
  const { labels } = encoderIn(data).layout;
  return data.split.rows.map((row) => classOf(labelOf(row), labels));
}

function expectedNumbers({ split }: TaskData): number[] {
  return split.rows.map((row) => numberOf(labelOf(row)));
}

/** Numbers against the right ones. */
export const regressionTask: QualityTask = {
  id: "regression",
  title: "numbers by the model's head",
  fits: (modelTask, rowKind) => modelTask === "regression" && rowKind === "label",
  needsSupport: false,
  inputs: (data) => {
    expectedNumbers(data);
    return rowInputs(data);
  },
  score: (data, answerOf) => {
    const expected = expectedNumbers(data);
    const given = rowAnswers(data, answerOf, "value").map(({ value }) => value);
    const over =
      (figure: (left: readonly number[], right: readonly number[]) => number): TaskMetric["of"] =>
      (rows) =>
        figure(
          rows.map((row) => given[row]!),
          rows.map((row) => expected[row]!),
        );
    return {
      metrics: [
        { id: "pearson", title: "Pearson correlation", of: over(pearsonCorrelation) },
        { id: "spearman", title: "Spearman correlation", of: over(spearmanCorrelation) },
      ],
    };
  },
};

function numberOf({ label, where }: { label: string; where: string }): number {
  const value = Number(label);
  if (label.trim() !== "" && Number.isFinite(value)) return value;
  throw new SpattenError("input", "the label is not a number", {
    where: `${where} at label`,
    got: describeValue(label),
  });
}

/** Spans of a context against the right answers, by SQuAD's rules. */
export const questionAnsweringTask: QualityTask = {
  id: "question-answering",
  title: "answers out of a context",
  fits: (modelTask, rowKind) => modelTask === "question-answering" && rowKind === "question",
  needsSupport: false,
  inputs: rowInputs,
  score: (data, answerOf) => {
    const right = data.split.rows.map((row) => (row.kind === "question" ? row.answers : []));
    const said = rowAnswers(data, answerOf, "span").map(({ text }) => text);
    return {
      decisions: said.map(normalizedAnswer),
      metrics: [
        countedMetric(
          "exact-match",
          "exact match",
          said.map((text, row) => exactMatch(text, right[row]!)),
        ),
        meanMetric(
          "answer-f1",
          "F1 of words",
          said.map((text, row) => answerF1(text, right[row]!)),
        ),
      ],
    };
  },
};
