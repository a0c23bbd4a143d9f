import { accuracyRatio } from "../metrics/accuracy.ts";
import { binaryF1, macroF1 } from "../metrics/f1.ts";
import { matthewsCorrelation } from "../metrics/matthews.ts";
import type { TaskMetric } from "./task.ts";

/** Accuracy, F1 and Matthews of predicted classes; with two classes also the F1 of `positive`. */
export function classMetrics(
  predicted: readonly string[],
  expected: readonly string[],
  positive?: string,
): TaskMetric[] {
  const over =
    (figure: (predicted: readonly string[], expected: readonly string[]) => number) =>
    (rows: readonly number[]): number =>
      figure(
        rows.map((row) => predicted[row]!),
        rows.map((row) => expected[row]!),
      );
  const rightCount = predicted.filter((label, row) => label === expected[row]).length;
  return [
    { id: "accuracy", title: "accuracy", of: over(accuracyRatio), rightCount },
    { id: "macro-f1", title: "macro F1", of: over(macroF1) },
    ...(positive === undefined
      ? []
      : [
          {
            id: "f1",
            title: `F1 of ${positive}`,
            of: over((said, right) => binaryF1(said, right, positive)),
          },
        ]),
    { id: "matthews", title: "Matthews correlation", of: over(matthewsCorrelation) },
  ];
}

/** A figure that is the mean of a score for each row. */
export function meanMetric(id: string, title: string, scores: readonly number[]): TaskMetric {
  return { id, title, of: (rows) => rows.reduce((sum, row) => sum + scores[row]!, 0) / rows.length };
}

/** The mean of 0 or 1 for each row, with the number of rows that are right. */
export function countedMetric(id: string, title: string, scores: readonly number[]): TaskMetric {
  return { ...meanMetric(id, title, scores), rightCount: scores.reduce((sum, score) => sum + score, 0) };
}
